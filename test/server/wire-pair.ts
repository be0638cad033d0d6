/**
 * Sends each request to two servers that are alike, by one transport of POST /graphql each, and
 * compares status, headers, body and log.
 */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'vitest';
import { openBudgets } from '../../src/access/budgets.ts';
import { KEY, openTestServer, type TestServer, WIRES } from './fixture.ts';

export interface Sent {
  /** Names and values in turn, so that one can be sent twice. */
  readonly headers?: readonly string[];
  readonly method?: string;
  /** In pieces: as chunks, where no length is declared. */
  readonly body?: readonly (string | Uint8Array)[];
}

export const AUTH = ['authorization', `Bearer ${KEY}`];
export const TYPE = ['content-type', 'application/json'];
export const HELLO = '{"query":"{ hello }"}';
export const accepts = (accept: string) => [...AUTH, ...TYPE, 'accept', accept];
export const withLength = (body: string) => [...AUTH, ...TYPE, 'content-length', String(Buffer.byteLength(body))];
export const post = (body: string, headers: readonly string[] = [...AUTH, ...TYPE]): Sent => ({ headers, body: [body] });

/** Differ between the transports, or from one answer to the next. */
const UNEQUAL = ['date', 'x-request-id'];
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

export async function exchange(
  { url, errors }: TestServer,
  path: string,
  { headers = [...AUTH, ...TYPE], method = 'POST', body }: Sent,
) {
  errors.mockClear();
  const { hostname, port, host } = new URL(url);
  const req = request({ hostname, port, path, method, headers: ['host', host, ...headers] });
  const answered = once(req, 'response');
  for (const piece of body ?? []) {
    req.write(piece);
    await setImmediate();
  }
  req.end();
  const [res]: IncomingMessage[] = await answered;
  if (!res) throw new Error('There is no answer.');
  const text = Buffer.concat(await res.toArray()).toString();
  const shown = Object.entries(res.headers).filter(([name]) => !UNEQUAL.includes(name));
  return {
    status: res.statusCode,
    reason: res.statusMessage,
    headers: Object.fromEntries(shown),
    text: text.replace(UUID, 'id'),
    logged: errors.mock.calls.map(([{ err, path: at }]) => [String(err), at]),
  };
}

/** Two servers with budgets that go by a clock that stands still. */
export async function openPair(perKey?: number) {
  const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
  const open = () => openTestServer({ budgets: openBudgets({ clock, ...(perKey ? { perKey } : {}) }) });
  const servers = [await open(), await open()] as const;
  return async (sent: Sent) => {
    const [usual, byYoga] = await Promise.all(servers.map((server, index) => exchange(server, WIRES[index]?.path ?? '', sent)));
    if (!usual || !byYoga) throw new Error('Both are asked.');
    expect(usual, JSON.stringify(sent).slice(0, 500)).toEqual(byYoga);
    return usual;
  };
}
