/**
 * Answers the usual request, one operation as JSON, on Node's own request and response.
 *
 * Yoga builds a fetch Request, a Response and several streams for each request, which costs more
 * than executing it. Here the same steps run in the same order on Yoga's engine: authentication,
 * the limits, the caches, every plugin, masking. What is not usual is left to Yoga, with the body
 * as far as it was read, so that each refusal is decided in one place.
 */
import type { ServerResponse } from 'node:http';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { processRegularResult, type YogaServerInstance } from 'graphql-yoga';
import type { Log } from '../../platform/log.ts';
import { disclose, maskError } from '../answers/masking.ts';
import type { Execution } from '../limits/bounded-execution.ts';
import { readBody, tooLarge } from '../limits/request-body.ts';
import type { CallerOf } from './caller.ts';
import type { DocumentCache } from './document-cache.ts';
import type { ExecuteOperation } from './execution.ts';
import { type AnswerType, type OperationParams, readParams, usualAnswerType } from './json-request.ts';
import type { PersistedDocuments } from './persisted-documents.ts';
import { openPreparation, POSTED } from './prepared-operation.ts';
import type { HttpContext, RequestContext } from './request-context.ts';

export interface JsonTransportOptions {
  readonly yoga: Pick<YogaServerInstance<object, object>, 'getEnveloped' | 'fetchAPI'>;
  readonly callerOf: CallerOf;
  readonly documents: Pick<DocumentCache, 'get' | 'turnFor'>;
  readonly persisted: PersistedDocuments;
  readonly schema: GraphQLSchema;
  readonly execute: ExecuteOperation;
  /** Makes the context of the resolvers. */
  readonly contextOf: (context: RequestContext) => object | Promise<object>;
  readonly bodyMaxBytes: number;
  /** Allows suggestions of names. */
  readonly showSchema: boolean;
  readonly log: Log;
}

export interface JsonTransport {
  /**
   * Answers the request, where it is a usual one. False where Yoga must answer it: the context then
   * has what is known of the request already.
   */
  answer(context: HttpContext): Promise<boolean>;
}

/** What becomes of a request. */
type Outcome = ExecutionResult | 'left to Yoga';

export function openJsonTransport(options: JsonTransportOptions): JsonTransport {
  const { yoga, callerOf, documents, persisted, schema, execute, contextOf, bodyMaxBytes, showSchema, log } = options;
  const prepare = openPreparation(options);

  async function outcomeOf(context: HttpContext): Promise<Outcome> {
    try {
      const found = callerOf(context.req.headers.authorization);
      const caller = found instanceof Promise ? await found : found;
      context.caller = caller;
      const body = await readBody(context.req, bodyMaxBytes);
      if (!body) throw tooLarge(bodyMaxBytes);
      context.body = body;
      const sent = readParams(body.toString());
      if (!sent) return 'left to Yoga';
      const query = persisted.textOf(sent, caller.actor);
      if (query === undefined) return 'left to Yoga';
      const params = { ...sent, query };
      const turn = documents.turnFor(params.query);
      if (turn) await turn;
      const prepared = prepare(params, context);
      if (prepared === 'a subscription') return 'left to Yoga';
      if (prepared.errors) return prepared;
      persisted.keep(params);
      const made = contextOf(context);
      return await run(prepared.document, params, context, made instanceof Promise ? await made : made);
    } catch (error) {
      return { errors: [maskError(error)] };
    }
  }

  function run(document: DocumentNode, params: OperationParams, context: HttpContext, made: object): Execution {
    const { requestId, caller, hasLeft, req, res } = context;
    // With one spread, and that first, V8 copies the object; otherwise it builds it name by name.
    const contextValue = { ...made, requestId, caller, hasLeft, req, res, request: POSTED, params };
    const { operationName, variables: variableValues } = params;
    return execute({ schema, document, contextValue, variableValues, operationName }, contextValue);
  }

  return {
    async answer(context) {
      const { req, res, requestId } = context;
      const type = usualAnswerType(req);
      if (type === undefined) return false;
      const outcome = await outcomeOf(context);
      if (outcome === 'left to Yoga') return false;
      const result = disclose(outcome, { requestId, log, hideSuggestions: !showSchema });
      if (res.destroyed) return true;
      if (result.errors?.length) await sendErrors(result, type, res);
      else sendText(res, 200, { 'content-type': `${type}; charset=utf-8` }, JSON.stringify(result));
      return true;
    },
  };

  /** Errors decide the status and bring headers, by Yoga's rules. */
  async function sendErrors(result: ExecutionResult, type: AnswerType, res: ServerResponse): Promise<void> {
    const response = processRegularResult(result, yoga.fetchAPI, type);
    sendText(res, response.status, Object.fromEntries(response.headers), await response.text());
  }
}

function sendText(res: ServerResponse, status: number, headers: Readonly<Record<string, string>>, text: string): void {
  res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
  res.end(text);
}
