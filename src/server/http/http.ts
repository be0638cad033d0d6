/**
 * The HTTP server: one listener, an id for each request (request-id.ts), and a graceful shutdown.
 *
 * It sends /graphql to GraphQL and everything else through the table of routes, and answers an
 * unknown path with the list of paths. A shutdown stops accepting connections and waits for
 * requests in flight. Event streams are in flight too; GraphQL completes them meanwhile.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../../platform/log.ts';
import { DomainError, ForbiddenError, RateLimitedError, UnauthenticatedError } from '../../values/errors.ts';
import { codeOfStatus } from '../answers/error-codes.ts';
import { type HttpError, sendHttpError } from '../answers/http-error.ts';
import { INTERNAL_CODE, MASKED_MESSAGE } from '../answers/masking.ts';
import type { Graphiql } from '../graphql/graphiql.ts';
import { GRAPHQL_PATH, type GraphQLEndpoint } from '../graphql/graphql.ts';
import type { Limits } from '../limits/limits.ts';
import { PayloadTooLargeError } from '../limits/request-body.ts';
import { asksForSingleConnection, refuseSingleConnection } from '../streams/single-connection.ts';
import { answerWith, urlOf } from './fetch-adapter.ts';
import { type Hosts, UNKNOWN_HOST } from './hosts.ts';
import { refuseMalformedRequests } from './malformed-requests.ts';
import type { Origins } from './origins.ts';
import { requestIdOf } from './request-id.ts';
import { inRequestSpan } from './request-span.ts';
import { findRoute, type Route, routeAt } from './routes.ts';
import { startOfRequest, type ToldRequest, tellRequest } from './told-requests.ts';

export interface HttpOptions {
  readonly graphql: Pick<GraphQLEndpoint, 'answer'>;
  readonly graphiql: Graphiql | undefined;
  readonly routes: readonly Route[];
  readonly origins: Origins;
  readonly hosts: Hosts;
  readonly limits: Limits;
  readonly log: Log;
}

export interface HttpServer {
  /** For WebSocket upgrades. */
  readonly server: Server;
  /** Stops accepting, waits a bounded time for requests in flight, and closes every connection. */
  drain(): Promise<void>;
}

/** How long a connection without a request may stay open during the shutdown. */
const SILENT_MS = 250;

export function openHttpServer(options: HttpOptions): HttpServer {
  const { limits } = options;
  const inFlight = new Set<ServerResponse>();
  const connections = new Set<Socket>();
  const server = createServer(
    {
      maxHeaderSize: limits.headersMaxBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      noDelay: true,
    },
    (req, res) => {
      inFlight.add(res);
      res.on('close', () => {
        inFlight.delete(res);
        // Reads a refused request to its end, or to its timeout, so that the connection can be used
        // again.
        if (!req.complete) req.resume();
        if (!server.listening) server.closeIdleConnections();
      });
      if (!server.listening) closeAfter(res);
      void inRequestSpan(
        req,
        res,
        () => routeOf(req, options),
        () => answer(req, res, options),
      );
    },
  );
  server.on('connection', (connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  // Node counts a read by the client as activity, and closes a connection without any.
  server.timeout = limits.responseStallTimeoutMs;
  /** During the shutdown: closes the connection when the request has been answered. */
  const closeAfter = (res: ServerResponse) => {
    res.shouldKeepAlive = false;
    res.req.once('close', () => server.closeIdleConnections());
  };
  const isAnswered = (connection: unknown) => [...inFlight].some((res) => res.socket === connection && res.headersSent);
  refuseMalformedRequests(server, limits, isAnswered);
  return {
    server,
    async drain() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const res of inFlight) closeAfter(res);
      server.closeIdleConnections();
      // Browsers connect before they send a request, and Node does not call such a connection idle.
      // Requests that were sent before the shutdown have arrived by then.
      const closeSilent = setTimeout(() => {
        for (const connection of connections) if (connection.bytesRead === 0) connection.destroy();
      }, SILENT_MS);
      const giveUp = setTimeout(() => server.closeAllConnections(), limits.drainTimeoutMs);
      await closed;
      clearTimeout(closeSilent);
      clearTimeout(giveUp);
    },
  };
}

async function answer(req: IncomingMessage, res: ServerResponse, options: HttpOptions): Promise<void> {
  const requestId = requestIdOf(req.headers['x-request-id']);
  const told = { requestId, startedMs: startOfRequest() };
  res.setHeader('x-request-id', requestId);
  res.setHeader('cache-control', 'no-store');
  res.setHeader('x-content-type-options', 'nosniff');
  const refuse: Refuse = (refusal, beside = {}) => {
    const { pathname } = urlOf(req);
    const route = routeAt(options.routes, pathname);
    sendHttpError(res, refusal, { beside, format: route?.formatError });
    const path = route?.path ?? (pathname === GRAPHQL_PATH ? GRAPHQL_PATH : UNKNOWN_ROUTE);
    tellRequest(req, res, told, { route: path, code: refusal.code });
  };
  try {
    if (!options.hosts(req.headers.host)) refuse({ status: 421, ...UNKNOWN_HOST });
    else if (isGraphQL(req)) await answerGraphQL(req, res, requestId, refuse, options);
    else await answerRoute(req, res, told, refuse, options);
  } catch (error) {
    if (res.headersSent) res.destroy();
    else refuse(refusalOf(error, requestId, options.log));
  }
}

/** The route of a request; undefined where it has none. */
function routeOf(req: IncomingMessage, { routes }: HttpOptions): string | undefined {
  return isGraphQL(req) ? GRAPHQL_PATH : routeAt(routes, urlOf(req).pathname)?.path;
}

/** Usually without parsing the URL, which takes longer than everything else here. */
function isGraphQL(req: IncomingMessage): boolean {
  return req.url === GRAPHQL_PATH || urlOf(req).pathname === GRAPHQL_PATH;
}

async function answerGraphQL(
  req: IncomingMessage,
  res: ServerResponse,
  requestId: string,
  refuse: Refuse,
  options: HttpOptions,
): Promise<void> {
  // First, and without a CORS header, so that no other page can read it: it may contain a key.
  if (options.graphiql && (await options.graphiql.answerPage(req, res))) return;
  if (options.origins.answerPreflight(req, res)) return;
  if (asksForSingleConnection(req)) return refuseSingleConnection(res, refuse);
  await options.graphql.answer(req, res, requestId);
}

/** What metrics and the log call a path at which there is nothing. */
const UNKNOWN_ROUTE = 'unknown';

/** Sends an error in the format that clients of the path read. */
type Refuse = (refusal: HttpError, beside?: object) => void;

async function answerRoute(
  req: IncomingMessage,
  res: ServerResponse,
  told: ToldRequest,
  refuse: Refuse,
  options: HttpOptions,
): Promise<void> {
  const { routes, limits } = options;
  const match = findRoute(routes, req.method ?? 'GET', urlOf(req).pathname);
  if (match.kind === 'found') {
    const { route, params } = match;
    const { bodyMaxBytes } = limits;
    await answerWith((request) => route.handle(request, params), req, res, { bodyMaxBytes, requestId: told.requestId });
    if (!route.tellsOperations) tellRequest(req, res, told, { route: route.path });
    return;
  }
  if (match.kind === 'other-method') {
    res.setHeader('allow', match.allowed.join(', '));
    return refuse({ status: 405, code: codeOfStatus(405), message: `Use ${match.allowed.join(' or ')} here.` });
  }
  const paths = [`GET, POST ${GRAPHQL_PATH}`, ...routes.map((route) => `${route.method} ${route.path}`)];
  const message = 'There is nothing at this path. GraphQL is at /graphql.';
  refuse({ status: 404, code: codeOfStatus(404), message }, { paths });
}

function statusOf(error: DomainError): number {
  if (error instanceof UnauthenticatedError) return 401;
  if (error instanceof ForbiddenError) return 403;
  if (error instanceof PayloadTooLargeError) return 413;
  if (error instanceof RateLimitedError) return 429;
  return error.retryable ? 503 : 400;
}

function refusalOf(error: unknown, requestId: string, log: Log): HttpError {
  if (error instanceof DomainError) {
    const { code, message, retryable, retryAfterSeconds } = error;
    return { status: statusOf(error), code, message, ...(retryable ? { retryable, retryAfterSeconds } : {}) };
  }
  log.error({ requestId, err: error }, 'unexpected error');
  return { status: 500, code: INTERNAL_CODE, message: MASKED_MESSAGE, requestId };
}
