/**
 * Executes the operations of a socket.
 *
 * An error of one operation (in its syntax, a field, its actor or its context) is the answer to
 * that operation; the socket and its other operations continue. A subscription with a
 * credential of its own ends with it. Only a push that cannot be read now closes the socket, so
 * that its client reconnects and resumes.
 */
import { randomUUID } from 'node:crypto';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST, OperationTypeNode, parse } from 'graphql';
import { makeServer, type OperationResult, type Server, type SubscribePayload } from 'graphql-ws';
import { isAsyncIterable } from 'graphql-yoga';
import type { Caller } from '../../access/budgets.ts';
import { noOperation } from '../answers/error-codes.ts';
import { isLostPush, lostPushOf } from '../answers/lost-push.ts';
import { type Disclosure, disclose, discloseError, maskError, withoutInternals } from '../answers/masking.ts';
import type { GraphQLEndpoint } from '../graphql/graphql.ts';
import { takeUntil } from '../streams/take-until.ts';
import { canEnd, endOfToken } from '../streams/token-end.ts';
import { openSocketAuthentication, type SocketAuthenticationOptions } from './socket-authentication.ts';
import { sendPushes } from './socket-pushes.ts';
import type { SocketState } from './socket-state.ts';

export interface SocketOperationsOptions extends SocketAuthenticationOptions, Pick<Disclosure, 'log' | 'hideSuggestions'> {
  readonly graphql: Pick<GraphQLEndpoint, 'getEnveloped' | 'textOf' | 'turnFor' | 'deliver'>;
}

/** What is known of one operation. */
interface Operation {
  readonly requestId: string;
  readonly caller: Caller;
  readonly enveloped: ReturnType<GraphQLEndpoint['getEnveloped']>;
}

export function openSocketOperations(options: SocketOperationsOptions): Server<SocketState> {
  const { graphql, limits } = options;
  const actors = openSocketAuthentication(options);
  const operations = new WeakMap<ExecutionArgs, Operation>();
  /** The payloads whose document was found by its hash, with that document. */
  const resolved = new WeakMap<SubscribePayload, SubscribePayload>();

  const run = (verb: 'execute' | 'subscribe') => async (args: ExecutionArgs) => {
    try {
      const result: Awaited<OperationResult> = await operationOf(args).enveloped[verb](args);
      return result;
    } catch (error) {
      return { errors: [maskError(error)] };
    }
  };
  /**
   * Clients take an error in answer to a subscription as its end. Where the error is transient, the
   * socket is closed instead.
   */
  const subscribe = async (args: ExecutionArgs) => {
    const result = await run('subscribe')(args);
    const lost = isAsyncIterable(result) ? undefined : lostPushOf(result);
    if (lost) throw lost;
    return result;
  };
  const operationOf = (args: ExecutionArgs): Operation => {
    const operation = operations.get(args);
    if (!operation) throw new Error('graphql-ws executes with arguments that onSubscribe did not return.');
    return operation;
  };

  return makeServer<Record<string, unknown> | undefined, SocketState>({
    connectionInitWaitTimeout: limits.socketInitTimeoutMs,
    onConnect: ({ extra, connectionParams }) => actors.admit(extra, connectionParams),

    async onSubscribe({ extra, subscriptions }, id, sent) {
      try {
        const caller = await actors.callerOf(extra, sent.extensions?.['headers']);
        const payload = { ...sent, query: graphql.textOf(sent, caller.actor) ?? sent.query };
        resolved.set(sent, payload);
        const requestId = randomUUID();
        const hasLeft = () => !(id in subscriptions) || extra.socket.readyState !== extra.socket.OPEN;
        const enveloped = graphql.getEnveloped({ requestId, caller, hasLeft, params: payload });
        const operation = { requestId, caller, enveloped };
        await graphql.turnFor(payload.query, caller.actor.kind === 'customer' ? caller.actor.customerId : undefined);
        const args = await prepare(payload, operation);
        if ('errors' in args) return args.errors;
        if (kindOf(args) === OperationTypeNode.SUBSCRIPTION) countSubscription(extra, id, subscriptions);
        operations.set(args, operation);
        return args;
      } catch (error) {
        return [maskError(error)];
      }
    },
    execute: run('execute'),
    subscribe,

    onOperation({ extra }, id, _payload, args, result) {
      if (!isAsyncIterable<ExecutionResult>(result)) return;
      const { caller } = operationOf(args);
      const { actor } = caller;
      const isOwn = caller !== extra.caller && canEnd(actor);
      const results = isOwn ? takeUntil(result, endOfToken(actor, options)) : result;
      return sendPushes(results, { operationId: id, send: extra.push, deliver: graphql.deliver });
    },
    onNext(_context, _id, _payload, args, result) {
      if (!result.errors) return;
      const { errors = [], data, extensions } = disclose(result, { ...options, requestId: operationOf(args).requestId });
      const shown = errors.map(withoutInternals);
      return { errors: shown, ...(data === undefined ? {} : { data }), ...(extensions === undefined ? {} : { extensions }) };
    },
    onError(_context, _id, payload, errors) {
      const [lost] = errors.map(({ originalError }) => originalError).filter(isLostPush);
      const refused = lost ?? (isSubscription(resolved.get(payload) ?? payload) ? lostPushOf({ errors }) : undefined);
      if (refused) throw refused;
      const disclosure = { ...options, requestId: randomUUID() };
      return errors.map((error) => withoutInternals(discloseError(maskError(error), disclosure)));
    },
  });

  /** @throws GraphQLError where the socket has too many subscriptions. */
  function countSubscription({ subscriptionIds }: SocketState, id: string, open: Readonly<Record<string, unknown>>): void {
    for (const known of subscriptionIds) if (!(known in open)) subscriptionIds.delete(known);
    if (subscriptionIds.size >= limits.socketMaxSubscriptions) {
      const message = `A socket may have ${limits.socketMaxSubscriptions} subscriptions. End one, or open another socket.`;
      throw new GraphQLError(message, { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } });
    }
    subscriptionIds.add(id);
  }
}

/** Parses, validates and makes the context, in the same order as over HTTP. */
async function prepare(
  { query, operationName, variables }: SubscribePayload,
  { enveloped }: Operation,
): Promise<ExecutionArgs | { readonly errors: readonly GraphQLError[] }> {
  const document = enveloped.parse(query);
  const errors: readonly GraphQLError[] = enveloped.validate(enveloped.schema, document);
  if (errors.length > 0) return { errors };
  if (!getOperationAST(document, operationName)) return { errors: [noOperation()] };
  const contextValue = await enveloped.contextFactory();
  return {
    schema: enveloped.schema,
    document,
    operationName: operationName ?? null,
    variableValues: variables ?? null,
    contextValue,
  };
}

function kindOf({ document, operationName }: ExecutionArgs): OperationTypeNode | undefined {
  return getOperationAST(document, operationName)?.operation;
}

/** Works on a document that may not have been parsed yet. */
function isSubscription({ query, operationName }: SubscribePayload): boolean {
  try {
    return getOperationAST(parse(query), operationName)?.operation === OperationTypeNode.SUBSCRIPTION;
  } catch {
    return false;
  }
}
