/**
 * GraphQL over HTTP and SSE: Yoga, and what it must not do.
 *
 * Every operation has an actor, found from the Authorization header before anything of the request is parsed. DocumentCache are
 * limited, errors masked, and what a customer token reads ends when the token does. It knows no type of the schema that it
 * serves.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention';
import type { GraphQLSchema } from 'graphql';
import { createYoga, isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { type Budgets, type Caller, credentialIdOf } from '../../access/budgets.ts';
import type { Log } from '../../platform/log.ts';
import type { Clock } from '../../values/clock.ts';
import { UnauthenticatedError } from '../../values/errors.ts';
import { useIncompleteAnswers } from '../answers/incomplete-answers.ts';
import { disclose, maskError } from '../answers/masking.ts';
import { openBoundedExecution } from '../limits/bounded-execution.ts';
import type { ConnectionCounts } from '../limits/connection-counts.ts';
import { openCostLimits } from '../limits/cost-limits.ts';
import { useDocumentLimits } from '../limits/document-limits.ts';
import type { Limits } from '../limits/limits.ts';
import { meterResolvers } from '../limits/metered-resolvers.ts';
import { openPushQueue } from '../limits/push-queue.ts';
import { useRateLimiting } from '../limits/rate-limiting.ts';
import { useBodyLimit } from '../limits/request-body.ts';
import { openEventStreams } from '../streams/event-stream.ts';
import { useEventStreams } from '../streams/event-stream-plugin.ts';
import { takeUntil } from '../streams/take-until.ts';
import { endOfToken, type TokenEndDeps } from '../streams/token-end.ts';
import { type DocumentCache, openDocumentCache } from './document-cache.ts';
import { usePersistedQueryRefusal } from './persisted-queries.ts';
import { useRequestFormat } from './request-format.ts';

export const GRAPHQL_PATH = '/graphql';

type OperationContext = Readonly<Record<string, unknown>>;

/** What resolvers get. Its own properties are copied into the context of the operation. */
export type ContextFor = (actor: Actor, requestId: string) => OperationContext | Promise<OperationContext>;

export interface GraphQLOptions {
  readonly schema: GraphQLSchema;
  readonly access: Pick<Access, 'authenticate' | 'onRevoked'>;
  readonly budgets: Budgets;
  /** Which connections stay open, those of sockets included. */
  readonly connectionCounts: ConnectionCounts;
  /** Root fields of which a secret key may have 1,000 a second, whatever its budget. */
  readonly guaranteedFields: readonly string[];
  readonly clock: Clock;
  readonly contextFor: ContextFor;
  /** Introspection, and suggestions of names. */
  readonly showSchema: boolean;
  readonly limits: Limits;
  readonly log: Log;
}

/** What an operation is known by before its context is made. */
export interface OperationFacts {
  readonly requestId: string;
  /** Found by `useAuthentication`, or by the socket. */
  caller?: Caller;
  /** True once nobody waits for the answer. */
  readonly hasLeft?: () => boolean;
}

interface HttpFacts extends OperationFacts {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

export type GraphQLEndpoint = ReturnType<typeof openGraphQL>;

export function openGraphQL(options: GraphQLOptions) {
  const { contextFor, showSchema, limits, connectionCounts } = options;
  const schema = meterResolvers(options.schema);
  const execution = openBoundedExecution(limits);
  const streams = openEventStreams(options);
  const documentCache = openDocumentCache(limits.documentsMaxTokens);
  const yoga = createYoga<OperationFacts, OperationContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ caller, requestId }) => {
      if (!caller) throw new UnauthenticatedError('No credentials were sent.');
      return contextFor(caller.actor, requestId);
    },
    maskedErrors: { maskError },
    // Surprises are logged by disclose, with the request's id.
    logging: false,
    cors: false,
    multipart: false,
    batching: false,
    graphiql: false,
    landingPage: false,
    maxRequestBodySize: false,
    parserAndValidationCache: { documentCache: documentCache, errorCache: NOTHING_KNOWN },
    plugins: [
      useAuthentication(options.access),
      // Credentials are read from a header that no form can send, so nothing of a form gets here. This keeps it so.
      useCSRFPrevention({ requestHeaders: ['authorization', 'x-graphql-yoga-csrf'] }),
      useRequestFormat(),
      useBodyLimit(limits.bodyMaxBytes),
      usePersistedQueryRefusal(),
      useTurns(documentCache),
      useDocumentLimits({ limits, showSchema }),
      useEventStreams({ streams, connectionCounts }),
      useRateLimiting({ ...options, pushQueue: openPushQueue(), execution, costs: openCostLimits(limits) }),
      execution.plugin,
      useIncompleteAnswers(),
      useTokenEnd(options),
      useLeaving(),
      useDisclosure(options),
    ],
  });
  return {
    /** Answers a request for /graphql, and returns when all of it is sent. */
    answer: (req: IncomingMessage, res: ServerResponse, requestId: string): Promise<void> =>
      yoga.handle(req, res, { requestId, hasLeft: () => res.destroyed }),
    /** The same pipeline for an operation that came over a socket. */
    getEnveloped: yoga.getEnveloped,
    /** Resolves when a document that came over a socket may be parsed. Requests wait by themselves. */
    turnFor: documentCache.turnFor,
    /** Completes every event stream. */
    closeStreams: streams.close,
  };
}

function useAuthentication({ authenticate }: Pick<Access, 'authenticate'>): Plugin<object, HttpFacts> {
  return {
    async onRequestParse({ request, serverContext }) {
      const authorization = request.headers.get('authorization');
      const actor = await authenticate(authorization);
      serverContext.caller = { actor, credentialId: credentialIdOf(authorization ?? '') };
    },
  };
}

/** What cannot be parsed is paid for each time. */
const NOTHING_KNOWN = { get: () => undefined, set: () => undefined };

function useTurns({ turnFor }: Pick<DocumentCache, 'turnFor'>): Plugin {
  return {
    onParams: ({ params: { query } }) => (query ? turnFor(query) : undefined),
  };
}

/** Over HTTP only: a socket closes when its token ends, so that its client comes back with another. */
function useTokenEnd(deps: TokenEndDeps): Plugin<object, HttpFacts> {
  return {
    onExecutionResult({ result, setResult, context: { caller } }) {
      const actor = caller?.actor;
      if (actor?.kind !== 'customer' || !isAsyncIterable(result)) return;
      setResult(takeUntil(result, endOfToken(actor, deps)));
    },
  };
}

/**
 * A reader may leave while its stream is still being opened: nobody pulls from it then, so nobody would end it. Over a socket, graphql-ws
 * does this.
 */
function useLeaving(): Plugin<object, HttpFacts> {
  return {
    onExecutionResult({ result, context: { res } }) {
      // An operation of a socket has no response.
      if (isAsyncIterable(result) && res?.destroyed) void result[Symbol.asyncIterator]().return?.();
    },
  };
}

function useDisclosure({ log, showSchema }: GraphQLOptions): Plugin<object, HttpFacts> {
  return {
    onResultProcess({ result, setResult, serverContext: { requestId } }) {
      const disclosure = { requestId, log, hideSuggestions: !showSchema };
      if (isAsyncIterable(result)) setResult(mapAsyncIterator(result, (each) => disclose(each, disclosure)));
      else if (!Array.isArray(result)) setResult(disclose(result, disclosure));
    },
  };
}
