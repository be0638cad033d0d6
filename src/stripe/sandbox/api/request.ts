/**
 * Handles one request to the sandbox's API: checks the key, finds the endpoint, runs it once for
 * each idempotency key, and answers with Stripe's JSON.
 *
 * An idempotency key, the work done under it and the answer are one transaction. So the second of
 * two calls with one key waits for the first and repeats its answer, also in another process. As at
 * Stripe, an answer is kept once the call began to execute: a success, a 400 or a 500. A wrong
 * parameter, a wrong secret key, too many calls or a lost database connection leave the key unused.
 */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { type Database, isLockTimeout } from '../../../database/database.ts';
import type { Log } from '../../../platform/log.ts';
import type { Clock } from '../../../values/clock.ts';
import { readBody } from '../../wire/request-body.ts';
import { type Records, sandboxRecords } from '../store/records.ts';
import { errorOfFault, SandboxApiError, serverError } from '../wire/api-error.ts';
import type { Fault, Faults } from '../wire/faults.ts';
import { type FormObject, parseForm } from '../wire/form.ts';
import { newObjectId } from '../wire/object-id.ts';
import type { PageUrl } from '../wire/page-url.ts';
import { findEndpoint } from './endpoints.ts';

export interface ApiDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly secretKey: string;
  readonly urlOf: PageUrl;
  readonly faults: Pick<Faults, 'meet'>;
}

const BODY_LIMIT_BYTES = 256 * 1024;
const KEY_LIMIT = 255;

interface Answer {
  readonly status: number;
  readonly json: string;
  readonly replayed: boolean;
}

/** @param path begins with `/v1`. */
export function openApi(deps: ApiDeps): (request: Request, path: string) => Promise<Response> {
  const { database, log, faults } = deps;

  return async (request, path) => {
    const key = request.method === 'POST' ? request.headers.get('idempotency-key') : null;
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'request-id': newObjectId('req'),
      ...(key === null ? {} : { 'idempotency-key': key }),
    };
    try {
      authorize(request, deps.secretKey);
      const { run, id } = findEndpoint(request.method, path);
      const fault = faults.meet(request.method, path);
      const apiError = fault && errorOfFault(fault);
      if (apiError) throw apiError;
      if (fault?.kind === 'slow') await setTimeout((fault.seconds ?? 1) * 1_000);
      const form = await readForm(request);
      const answer = await database.transaction((transaction) => {
        const records = sandboxRecords(transaction);
        const call = { records, form, id, now: deps.clock.now(), urlOf: deps.urlOf };
        const work = failing(fault, async () => JSON.stringify(await run(call)));
        return key === null ? answerOf(work) : once(records, key, fingerprintOf(path, form), call.now, work);
      });
      if (fault?.kind === 'garbage') return garbage();
      return fault?.kind === 'cut' ? cutOff(headers) : respond(answer, headers);
    } catch (error) {
      const apiError = toApiError(error);
      if (apiError.status >= 500 && !(error instanceof SandboxApiError))
        log.error({ err: error, path }, 'sandbox request failed');
      const answer = { status: apiError.status, json: jsonOf(apiError), replayed: false };
      return respond(answer, { ...headers, ...apiError.headers });
    }
  };
}

function respond({ status, json, replayed }: Answer, headers: Record<string, string>): Response {
  return new Response(json, {
    status,
    headers: {
      ...headers,
      ...(replayed ? { 'idempotent-replayed': 'true' } : {}),
      ...(status >= 500 ? { 'stripe-should-retry': 'false' } : {}),
    },
  });
}

/** What something between an app and Stripe may answer. */
function garbage(): Response {
  return new Response('<html>Welcome</html>', { headers: { 'content-type': 'text/html' } });
}

/** An answer whose body breaks off. */
function cutOff(headers: Record<string, string>): Response {
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error('the sandbox cut this connection')) });
  return new Response(body, { status: 200, headers });
}

/** The work under a fault: not done, or done and answered with a 500. */
function failing(fault: Fault | undefined, work: () => Promise<string>): () => Promise<string> {
  if (fault?.kind === 'server_error') return () => Promise.reject(serverError());
  if (fault?.kind !== 'server_error_after_work') return work;
  return async () => {
    await work();
    throw new DoneAllTheSame();
  };
}

/** The work stays done, and the answer is a 500. */
class DoneAllTheSame extends Error {}

async function answerOf(work: () => Promise<string>): Promise<Answer> {
  try {
    return { status: 200, json: await work(), replayed: false };
  } catch (error) {
    if (error instanceof DoneAllTheSame) return { status: 500, json: jsonOf(serverError()), replayed: false };
    if (error instanceof SandboxApiError && error.keepsWork)
      return { status: error.status, json: jsonOf(error), replayed: false };
    throw error;
  }
}

/** Keeps an error of the execution as the answer, and undoes all else that the call did. */
async function keptAnswerOf(records: Records, work: () => Promise<string>): Promise<Answer> {
  try {
    return await records.attempt(() => answerOf(work));
  } catch (error) {
    if (!(error instanceof SandboxApiError) || !error.kept) throw error;
    return { status: error.status, json: jsonOf(error), replayed: false };
  }
}

async function once(records: Records, key: string, fingerprint: string, now: Date, work: () => Promise<string>): Promise<Answer> {
  if (key.length > KEY_LIMIT) throw new SandboxApiError('Idempotency keys can have up to 255 characters.', { status: 400 });
  if (await records.takeKey(key, fingerprint, now)) {
    const answer = await keptAnswerOf(records, work);
    await records.keepAnswer(key, answer);
    return answer;
  }
  const first = await records.findAnswer(key);
  if (first?.fingerprint !== fingerprint) {
    throw new SandboxApiError(
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
        `Try using a key other than '${key}' if you meant to execute a different request.`,
      { status: 400, type: 'idempotency_error' },
    );
  }
  if (first.answer === null) throw inUse();
  return { status: first.status, json: first.answer, replayed: true };
}

function jsonOf({ error }: SandboxApiError): string {
  return JSON.stringify({ error });
}

function inUse(): SandboxApiError {
  return new SandboxApiError('There is currently another in-progress request using this idempotency key or object. Try again.', {
    status: 409,
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
  });
}

function authorize(request: Request, secretKey: string): void {
  const given = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  if (given === secretKey) return;
  throw new SandboxApiError(given === undefined ? 'You did not provide an API key.' : 'Invalid API Key provided.', {
    status: 401,
  });
}

async function readForm(request: Request): Promise<FormObject> {
  if (request.method !== 'POST') return parseForm(new URL(request.url).search);
  const body = await readBody(request, BODY_LIMIT_BYTES);
  if (body === undefined) throw new SandboxApiError('Request body too large.', { status: 413 });
  return parseForm(body);
}

/** Equal for equal parameters in any order. */
function fingerprintOf(path: string, form: FormObject): string {
  const ordered = JSON.stringify(form, (_key, value: unknown) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(`${path}\n${ordered}`).digest('hex');
}

function toApiError(error: unknown): SandboxApiError {
  if (error instanceof SandboxApiError) return error;
  if (isLockTimeout(error)) return inUse();
  return new SandboxApiError('The sandbox failed; its log says why.', { status: 500, type: 'api_error' });
}
