/**
 * Recognises the usual request: one operation as JSON, to be answered with JSON.
 *
 * Each function returns undefined where it is not sure. Yoga then answers the request, and finds
 * what is wrong with it.
 */
import type { IncomingMessage } from 'node:http';
import { readAccept } from '../streams/accept-header.ts';

/** The parameters of an operation, in the form that GraphQL over HTTP asks for. */
export interface OperationParams extends SentParams {
  readonly query: string;
}

/** The same as it was sent: a persisted document may be named by its hash alone. */
export interface SentParams {
  readonly query: string | null | undefined;
  readonly operationName: string | null | undefined;
  readonly variables: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions: Readonly<Record<string, unknown>> | null | undefined;
}

/** The types of a JSON answer. Where an Accept header takes both equally, the last one wins. */
const ANSWER_TYPES = ['application/graphql-response+json', 'application/json'] as const;

export type AnswerType = (typeof ANSWER_TYPES)[number];

/** The type of the answer to a usual request, from its method and headers alone. */
export function usualAnswerType({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): AnswerType | undefined {
  return method === 'POST' && isJson(headers['content-type']) ? answerTypeOf(headers.accept) : undefined;
}

function isJson(contentType: string | undefined): boolean {
  return contentType === 'application/json' || contentType?.startsWith('application/json;') === true;
}

/** As Yoga chooses it. The first type of the header has precedence; weights are not read. */
export function answerTypeOf(accept: string | undefined): AnswerType | undefined {
  if (accept === undefined || accept === '*/*') return 'application/json';
  if (!readAccept(accept).json) return undefined;
  let chosen: AnswerType | undefined;
  for (const each of accept.replace(/\s/g, '').toLowerCase().split(',').reverse()) {
    const [wanted = '', ...params] = each.split(';');
    const charset = params.find((param) => param.includes('charset='));
    if (charset !== undefined && charset !== 'charset=utf-8') continue;
    for (const type of ANSWER_TYPES) if (matches(type, wanted)) chosen = type;
  }
  return chosen;
}

function matches(type: AnswerType, wanted: string): boolean {
  return wanted === type || wanted === 'application/*' || wanted === '*/*';
}

const PARAMS: readonly string[] = ['query', 'operationName', 'variables', 'extensions'];

/**
 * The parameters in a body that has no others, none of a wrong type, and a document or something
 * that may name one.
 */
export function readParams(body: string): SentParams | undefined {
  const value = parseJson(body);
  if (!isObject(value) || !Object.keys(value).every((name) => PARAMS.includes(name))) return undefined;
  const { query, operationName, variables, extensions } = value;
  if (!isAbsent(operationName) && typeof operationName !== 'string') return undefined;
  if (!isAbsent(variables) && !isObject(variables)) return undefined;
  if (!isAbsent(extensions) && !isObject(extensions)) return undefined;
  if (!isAbsent(query) && typeof query !== 'string') return undefined;
  if (!query && !extensions?.['persistedQuery']) return undefined;
  return { query, operationName, variables, extensions };
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
