/**
 * Sends one delivery over HTTP: a connection of its own, no proxy, no redirects, a deadline for all
 * of it, and an answer of which only the beginning is read.
 */
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Reach } from './networks.ts';
import { ForbiddenTargetError, hostOf, lookupWithin, problemWithAddress } from './target.ts';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What came of an attempt. */
export interface Posted {
  /** The HTTP status; null where no answer came. */
  readonly status: number | null;
  /** The first characters of the answer; null where none came. */
  readonly body: string | null;
  /** Why it failed; null where the status is 2xx. */
  readonly failure: string | null;
  readonly durationMs: number;
}

export interface PostOptions {
  readonly reach: Reach;
  readonly timeoutMs: number;
  /** Ends the attempt: Brim stops. */
  readonly stopping: AbortSignal;
}

/** So much of an answer is kept. */
export const BODY_CHARACTERS = 1_000;
/** And so much is read for it at most: a character has up to four bytes. */
const BODY_BYTES = 4 * BODY_CHARACTERS;

/** Never rejects. */
export async function post(request: PostRequest, options: PostOptions): Promise<Posted> {
  const startedMs = performance.now();
  const answer = await send(request, options).catch((error: unknown) => ({
    status: null,
    body: null,
    failure: describe(error),
  }));
  return { ...answer, durationMs: Math.round(performance.now() - startedMs) };
}

function send(
  { url: text, headers, body }: PostRequest,
  { reach, timeoutMs, stopping }: PostOptions,
): Promise<Omit<Posted, 'durationMs'>> {
  const url = new URL(text);
  const host = hostOf(url);
  // Node looks up names only.
  const problem = isIP(host) === 0 ? undefined : problemWithAddress(url, host, reach);
  if (problem !== undefined) return Promise.reject(new ForbiddenTargetError(problem));
  return new Promise((resolve, reject) => {
    const { request, Agent } = url.protocol === 'https:' ? https : http;
    // An agent of its own takes no proxy from the environment, and keeps no connection.
    const agent = new Agent({ keepAlive: false });
    const sent = request(url, {
      ...{ method: 'POST', agent, lookup: lookupWithin(url, reach) },
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    let answered: { readonly status: number; readonly chunks: Buffer[] } | undefined;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', stop);
      settle();
      sent.destroy();
    };
    // A status that came counts, even if the rest of the answer does not come.
    const finish = (otherwise = 'The connection was closed before an answer came.') => {
      if (answered) resolve(toAnswer(answered.status, Buffer.concat(answered.chunks)));
      else reject(new Error(otherwise));
    };
    const timer = setTimeout(() => end(() => finish(`No answer came within ${timeoutMs / 1_000} s.`)), timeoutMs);
    const stop = () => end(() => finish('Brim stopped before an answer came.'));
    stopping.addEventListener('abort', stop);
    sent.on('error', (error) => end(() => reject(error)));
    sent.on('close', () => end(finish));
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      answered = { status: response.statusCode ?? 0, chunks };
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        if (bytes < BODY_BYTES) chunks.push(chunk.subarray(0, BODY_BYTES - bytes));
        bytes += chunk.length;
        if (bytes >= BODY_BYTES) end(finish);
      });
      response.on('end', () => end(finish));
      response.on('error', () => end(finish));
    });
    sent.end(body);
  });
}

function toAnswer(status: number, bytes: Buffer): Omit<Posted, 'durationMs'> {
  const text = bytes.toString('utf8').slice(0, BODY_CHARACTERS).toWellFormed().replaceAll('\u0000', '\uFFFD');
  if (status >= 200 && status < 300) return { status, body: text, failure: null };
  const isRedirect = status >= 300 && status < 400;
  return { status, body: text, failure: `It answered ${status}${isRedirect ? ', and Brim follows no redirects' : ''}.` };
}

function describe(error: unknown): string {
  if (error instanceof ForbiddenTargetError) return `Nothing was sent: the URL ${error.message}.`;
  const all: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
  const words = all.map((each) => (each instanceof Error ? each.message || each.name : String(each)));
  return [...new Set(words)].join('; ').slice(0, BODY_CHARACTERS).toWellFormed();
}
