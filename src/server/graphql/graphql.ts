/**
 * GraphQL over HTTP and SSE: Yoga with Brim's plugins, and a transport of our own for the usual
 * request.
 *
 * Every operation has an actor, found from the Authorization header before anything of the request
 * is parsed. Documents are limited, errors masked, and a stream ends when its customer token does.
 * This file knows no type of the schema that it serves.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { GraphQLSchema } from 'graphql';
import { createYoga, isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import type { Budgets } from '../../access/budgets.ts';
import type { Log } from '../../platform/log.ts';
import type { Clock } from '../../values/clock.ts';
import { UnauthenticatedError } from '../../values/errors.ts';
import { disclose, maskError } from '../answers/masking.ts';
import { openBoundedExecution } from '../limits/bounded-execution.ts';
import type { ConnectionCounts } from '../limits/connection-counts.ts';
import { openCostLimits } from '../limits/cost-limits.ts';
import { useDocumentLimits } from '../limits/document-limits.ts';
import type { Limits } from '../limits/limits.ts';
import { meterResolvers } from '../limits/metered-resolvers.ts';
import { openPushQueue } from '../limits/push-queue.ts';
import { openRateLimiting } from '../limits/rate-limiting.ts';
import { useBodyLimit } from '../limits/request-body.ts';
import { openSharedPushes } from '../limits/shared-pushes.ts';
import { openEventStreams } from '../streams/event-stream.ts';
import { useEventStreams } from '../streams/event-stream-plugin.ts';
import { takeUntil } from '../streams/take-until.ts';
import { canEnd, endOfToken, type TokenEndDeps } from '../streams/token-end.ts';
import { openCallers, useAuthentication } from './caller.ts';
import { type DocumentCache, openDocumentCache } from './document-cache.ts';
import { openExecution, useExecution } from './execution.ts';
import { openJsonTransport } from './json-transport.ts';
import { openPersistedDocuments, type TrustedDocuments, usePersistedDocuments } from './persisted-documents.ts';
import type { HttpContext, RequestContext } from './request-context.ts';
import { useRequestFormat } from './request-format.ts';

export const GRAPHQL_PATH = '/graphql';

type OperationContext = Readonly<Record<string, unknown>>;

/**
 * Makes the context of resolvers. Its own properties are copied into the context of the operation.
 */
export type ContextFor = (actor: Actor, requestId: string) => OperationContext | Promise<OperationContext>;

export interface GraphQLOptions {
  readonly schema: GraphQLSchema;
  readonly access: Pick<Access, 'authenticate' | 'readKey' | 'onRevoked'>;
  readonly budgets: Budgets;
  /** Counts event streams together with sockets. */
  readonly connectionCounts: ConnectionCounts;
  /** Root fields of which a secret key may use 1,000 a second, independent of its budget. */
  readonly guaranteedFields: readonly string[];
  readonly trustedDocuments?: TrustedDocuments | undefined;
  readonly clock: Clock;
  readonly contextFor: ContextFor;
  /** Allows introspection and suggestions of names. */
  readonly showSchema: boolean;
  readonly limits: Limits;
  readonly log: Log;
}

export type GraphQLEndpoint = ReturnType<typeof openGraphQL>;

export function openGraphQL(options: GraphQLOptions) {
  const { contextFor, showSchema, limits, connectionCounts } = options;
  const schema = meterResolvers(options.schema);
  const bounded = openBoundedExecution(limits);
  const pushQueue = openPushQueue();
  const sharedPushes = openSharedPushes(pushQueue);
  const rateLimiting = openRateLimiting({ ...options, sharedPushes, execution: bounded, costs: openCostLimits(limits) });
  const execute = openExecution({ rateLimiting, bounded });
  const streams = openEventStreams({ ...options, deliver: pushQueue.deliver });
  const callerOf = openCallers(options.access);
  const documentCache = openDocumentCache(limits.documentsMaxTokens);
  const persisted = openPersistedDocuments({ trusted: options.trustedDocuments, maxCharacters: limits.persistedMaxCharacters });
  const contextOf = ({ caller, requestId }: RequestContext) => {
    if (!caller) throw new UnauthenticatedError('No credentials were sent.');
    return contextFor(caller.actor, requestId);
  };
  const yoga = createYoga<RequestContext, OperationContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: contextOf,
    maskedErrors: { maskError },
    // `disclose` logs unexpected errors with the request's id.
    logging: false,
    cors: false,
    multipart: false,
    batching: false,
    graphiql: false,
    landingPage: false,
    maxRequestBodySize: false,
    parserAndValidationCache: { documentCache, errorCache: NO_ERROR_CACHE },
    plugins: [
      useAuthentication(callerOf),
      // Credentials come from a header that no HTML form can send, so forms are refused already.
      // The plugin keeps it so.
      useCSRFPrevention({ requestHeaders: ['authorization', 'x-graphql-yoga-csrf'] }),
      useRequestFormat(),
      useBodyLimit(limits.bodyMaxBytes),
      usePersistedDocuments(persisted),
      useParseTurns(documentCache),
      useDocumentLimits({ limits, showSchema }),
      useEventStreams({ streams, connectionCounts }),
      rateLimiting.plugin,
      useExecution(execute),
      useTokenEnd(options),
      useDisconnect(),
      useDisclosure(options),
    ],
  });
  const transport = openJsonTransport({
    ...{ ...options, yoga, schema, callerOf, documents: documentCache, persisted, execute, contextOf },
    bodyMaxBytes: limits.bodyMaxBytes,
  });
  return {
    /** Answers a request for /graphql. Returns when the answer is made, or its stream has ended. */
    async answer(req: IncomingMessage, res: ServerResponse, requestId: string): Promise<void> {
      const context: HttpContext = { req, res, requestId, hasLeft: () => res.destroyed };
      // With a query in its URL a request is not the usual one, although Yoga ignores it for POST.
      if (req.url === GRAPHQL_PATH && (await transport.answer(context))) return;
      await yoga.handle(req, res, context);
    },
    /** The same pipeline for an operation of a socket. */
    getEnveloped: yoga.getEnveloped,
    /** The document of a socket's operation, as for HTTP. */
    textOf: persisted.textOf,
    /** Resolves when a document of a socket may be parsed. HTTP requests wait by themselves. */
    turnFor: documentCache.turnFor,
    /** Delivers the pushes of sockets in turn with those of event streams. */
    deliver: pushQueue.deliver,
    /** Completes every event stream. */
    closeStreams: streams.close,
  };
}

/** A document that cannot be parsed is charged each time. */
const NO_ERROR_CACHE = { get: () => undefined, set: () => undefined };

function useParseTurns({ turnFor }: Pick<DocumentCache, 'turnFor'>): Plugin {
  return {
    onParams: ({ params: { query } }) => (query ? turnFor(query) : undefined),
  };
}

/**
 * For HTTP only. A socket closes when its token ends, so that its client reconnects with a new one.
 */
function useTokenEnd(deps: TokenEndDeps): Plugin<object, HttpContext> {
  return {
    onExecutionResult({ result, setResult, context: { caller } }) {
      if (caller && canEnd(caller.actor) && isAsyncIterable(result)) setResult(takeUntil(result, endOfToken(caller.actor, deps)));
    },
  };
}

/**
 * A client may disconnect while its stream is being opened. Nothing pulls from that stream, so it
 * is ended here. For sockets, graphql-ws does this.
 */
function useDisconnect(): Plugin<object, HttpContext> {
  return {
    onExecutionResult({ result, context: { res } }) {
      // An operation of a socket has no response.
      if (isAsyncIterable(result) && res?.destroyed) void result[Symbol.asyncIterator]().return?.();
    },
  };
}

function useDisclosure({ log, showSchema }: GraphQLOptions): Plugin<object, HttpContext> {
  return {
    onResultProcess({ result, setResult, serverContext: { requestId } }) {
      const disclosure = { requestId, log, hideSuggestions: !showSchema };
      if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, (each) => disclose(each, disclosure)));
      else if (!Array.isArray(result)) setResult(disclose(result, disclosure));
    },
  };
}
