/** Sends one operation over HTTP. */
import type { DocumentText } from '../documents/document-text.ts';
import { asLiveError, type GraphqlError, LiveError, toLiveError } from './live-error.ts';
import type { Tokens } from './tokens.ts';

export interface Operation<Data = unknown> {
  readonly query: string | DocumentText<Data, never>;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface Place {
  /** The URL of the GraphQL endpoint. */
  readonly url: string;
  readonly tokens: Tokens;
}

/** @returns the answer's data. A refused token is replaced once. @throws LiveError. */
export async function ask<Data>(operation: Operation<Data>, { url, tokens }: Place): Promise<Data> {
  const token = await tokens.current();
  const attempt = (credential: string) => post<Data>(url, operation, credential);
  return attempt(token).catch(async (error: LiveError) => {
    if (error.code !== 'UNAUTHENTICATED') throw error;
    if (!tokens.renewable) throw new LiveError(error.message, error.code, false);
    tokens.discard(token);
    return attempt(await tokens.current());
  });
}

const TIMEOUT_MS = 15_000;

async function post<Data>(url: string, operation: Operation, token: string): Promise<Data> {
  const response = await send({ url, operation, token, accept: 'application/json', signal: AbortSignal.timeout(TIMEOUT_MS) });
  const answer: { data?: Data; errors?: readonly GraphqlError[] } = await response.json().catch(() => ({}));
  const [error] = answer.errors ?? [];
  if (error) throw toLiveError(error);
  if (!answer.data) throw new LiveError(`Brim answered ${response.status}.`, 'HTTP');
  return answer.data;
}

export interface Sent {
  readonly url: string;
  readonly operation: Operation;
  readonly token: string;
  readonly accept: string;
  readonly signal: AbortSignal;
}

/** @throws LiveError if no answer arrives. */
export async function send({ url, operation, token, accept, signal }: Sent): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept, authorization: `Bearer ${token}` };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(operation), signal }).catch((error: unknown) => {
    throw asLiveError(error);
  });
}
