/**
 * Answers the usual request, one operation as JSON, on Node's own request and response.
 *
 * Yoga builds a fetch Request, a Response and several streams for each request, which costs more
 * than executing it. Here the same steps run in the same order on Yoga's engine: authentication,
 * the limits, the caches, every plugin, masking. What is not usual is left to Yoga, with the body
 * as far as it was read, so that each refusal is decided in one place.
 */
import type { ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionArgs, type ExecutionResult, getOperationAST, OperationTypeNode } from 'graphql';
import { processRegularResult, type YogaServerInstance } from 'graphql-yoga';
import type { Access } from '../../access/access.ts';
import type { Log } from '../../platform/log.ts';
import { disclose, maskError } from '../answers/masking.ts';
import { readBody, tooLarge } from '../limits/request-body.ts';
import { callerOf } from './caller.ts';
import type { DocumentCache } from './document-cache.ts';
import { type AnswerType, type OperationParams, readParams, usualAnswerType } from './json-request.ts';
import type { HttpContext } from './request-context.ts';

export interface JsonTransportOptions {
  readonly yoga: Pick<YogaServerInstance<object, object>, 'getEnveloped' | 'fetchAPI'>;
  readonly access: Pick<Access, 'authenticate'>;
  readonly documents: Pick<DocumentCache, 'turnFor'>;
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
type Outcome = ExecutionResult | 'left to Yoga' | 'caller has left';

/** One of Yoga's plugins asks for the method of the request in the context. */
const POSTED = { method: 'POST' };

export function openJsonTransport(options: JsonTransportOptions): JsonTransport {
  const { yoga, access, documents, bodyMaxBytes, showSchema, log } = options;

  async function outcomeOf(context: HttpContext): Promise<Outcome> {
    try {
      context.caller = await callerOf(context.req.headers.authorization, access);
      const body = await readBody(context.req, bodyMaxBytes).catch(() => 'aborted' as const);
      if (body === 'aborted') return 'caller has left';
      if (!body) throw tooLarge(bodyMaxBytes);
      context.body = body;
      const params = readParams(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString());
      if (!params) return 'left to Yoga';
      await documents.turnFor(params.query);
      return await execute(params, context);
    } catch (error) {
      return { errors: [maskError(error)] };
    }
  }

  async function execute(params: OperationParams, context: HttpContext): Promise<Outcome> {
    const { query, operationName, variables } = params;
    const enveloped = yoga.getEnveloped({ ...context, request: POSTED, params });
    const document: DocumentNode = enveloped.parse(query);
    if (getOperationAST(document, operationName)?.operation === OperationTypeNode.SUBSCRIPTION) return 'left to Yoga';
    const errors = enveloped.validate(enveloped.schema, document);
    if (errors.length > 0) return { errors };
    const contextValue = await enveloped.contextFactory();
    const { schema } = enveloped;
    const args: ExecutionArgs = { schema, document, contextValue, variableValues: variables, operationName };
    return enveloped.execute(args);
  }

  return {
    async answer(context) {
      const { req, res, requestId } = context;
      const type = usualAnswerType(req);
      if (type === undefined) return false;
      const outcome = await outcomeOf(context);
      if (outcome === 'left to Yoga') return false;
      if (outcome === 'caller has left') return true;
      const result = disclose(outcome, { requestId, log, hideSuggestions: !showSchema });
      if (!res.destroyed) await send(result, type, context);
      return true;
    },
  };

  async function send(result: ExecutionResult, type: AnswerType, { res }: HttpContext): Promise<void> {
    if (!result.errors?.length) return sendText(res, 200, { 'content-type': `${type}; charset=utf-8` }, JSON.stringify(result));
    // Errors decide the status and bring headers, by Yoga's rules.
    const response = processRegularResult(result, yoga.fetchAPI, type);
    sendText(res, response.status, Object.fromEntries(response.headers), await response.text());
  }
}

function sendText(res: ServerResponse, status: number, headers: Readonly<Record<string, string>>, text: string): void {
  res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
  res.end(text);
}
