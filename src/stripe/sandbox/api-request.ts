/**
 * Takes one request to the sandbox's API: who asks, what is asked, once per idempotency key, answered in Stripe's shape.
 *
 * A key, the work done under it and the answer are one transaction. So of two calls with one key the second waits for the
 * first and repeats its answer, in this process or another, and a call that was refused or lost leaves the key unused.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { type Database, isLockTimeout } from '../../database.ts';
import type { Log } from '../../log.ts';
import { readBody } from '../body.ts';
import { findEndpoint } from './api.ts';
import { type FormObject, parseForm } from './form.ts';
import { newObjectId } from './object-id.ts';
import { SandboxRefusal } from './refusal.ts';
import { type Records, sandboxRecords } from './store.ts';

export interface ApiDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly secretKey: string;
  readonly urlOf: (sessionId: string) => string;
}

const BODY_LIMIT_BYTES = 256 * 1024;
const KEY_LIMIT = 255;

interface Answer {
  readonly json: string;
  readonly replayed: boolean;
}

/** @param path from `/v1` on. */
export function openApi(deps: ApiDeps): (request: Request, path: string) => Promise<Response> {
  const { database, log } = deps;

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
      const form = await readForm(request);
      const { json, replayed } = await database.transaction((transaction) => {
        const records = sandboxRecords(transaction);
        const call = { records, form, id, now: deps.clock.now(), urlOf: deps.urlOf };
        const work = async () => JSON.stringify(await run(call));
        return key === null ? answerOf(work) : once(records, key, fingerprintOf(path, form), call.now, work);
      });
      return new Response(json, { status: 200, headers: { ...headers, ...(replayed ? { 'idempotent-replayed': 'true' } : {}) } });
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal.status >= 500) log.error({ err: error, path }, 'sandbox request failed');
      return new Response(JSON.stringify({ error: refusal.error }), { status: refusal.status, headers });
    }
  };
}

async function answerOf(work: () => Promise<string>): Promise<Answer> {
  return { json: await work(), replayed: false };
}

async function once(records: Records, key: string, fingerprint: string, now: Date, work: () => Promise<string>): Promise<Answer> {
  if (key.length > KEY_LIMIT) throw new SandboxRefusal('Idempotency keys can have up to 255 characters.', { status: 400 });
  if (await records.takeKey(key, fingerprint, now)) {
    const answer = await answerOf(work);
    await records.keepAnswer(key, answer.json);
    return answer;
  }
  const first = await records.findAnswer(key);
  if (first?.fingerprint !== fingerprint) {
    throw new SandboxRefusal(
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
        `Try using a key other than '${key}' if you meant to execute a different request.`,
      { status: 400, type: 'idempotency_error' },
    );
  }
  if (first.answer === null) throw inUse();
  return { json: first.answer, replayed: true };
}

function inUse(): SandboxRefusal {
  return new SandboxRefusal('There is currently another in-progress request using this idempotency key or object. Try again.', {
    status: 409,
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
  });
}

function authorize(request: Request, secretKey: string): void {
  const given = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  if (given === secretKey) return;
  throw new SandboxRefusal(given === undefined ? 'You did not provide an API key.' : 'Invalid API Key provided.', {
    status: 401,
  });
}

async function readForm(request: Request): Promise<FormObject> {
  if (request.method !== 'POST') return parseForm(new URL(request.url).search);
  const body = await readBody(request, BODY_LIMIT_BYTES);
  if (body === undefined) throw new SandboxRefusal('Request body too large.', { status: 413 });
  return parseForm(body);
}

/** The same whatever the order of the parameters. */
function fingerprintOf(path: string, form: FormObject): string {
  const ordered = JSON.stringify(form, (_key, value: unknown) =>
    typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(`${path}\n${ordered}`).digest('hex');
}

function toRefusal(error: unknown): SandboxRefusal {
  if (error instanceof SandboxRefusal) return error;
  if (isLockTimeout(error)) return inUse();
  return new SandboxRefusal('The sandbox failed; its log says why.', { status: 500, type: 'api_error' });
}
