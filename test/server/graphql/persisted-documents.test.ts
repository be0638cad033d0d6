/** Documents that are named by their hash, over each transport. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BEARER, openRawSocket, openTestServer, type TestServer, WIRES } from '../fixture.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const named = (sha256Hash: unknown, version: unknown = 1) => ({ persistedQuery: { version, sha256Hash } });

interface Sent {
  readonly query?: string;
  readonly extensions?: object;
}
type Send = (server: TestServer, sent: Sent, token?: string) => Promise<{ data?: unknown; codes: unknown[] }>;

const toAnswer = ({ data, errors = [] }: { data?: unknown; errors?: { extensions?: { code?: unknown } }[] }) => ({
  ...(data ? { data } : {}),
  codes: errors.map(({ extensions }) => extensions?.code),
});
const headersOf = (token?: string) => (token ? { authorization: `Bearer ${token}` } : BEARER);

const overPost =
  (path: string): Send =>
  async ({ url }, sent, token) => {
    const headers = { ...headersOf(token), 'content-type': 'application/json' };
    return toAnswer(await (await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(sent) })).json());
  };
const overGet: Send = async ({ url }, { query, extensions }, token) => {
  const search = new URLSearchParams({ ...(query ? { query } : {}), extensions: JSON.stringify(extensions) });
  return toAnswer(await (await fetch(`${url}/graphql?${search}`, { headers: headersOf(token) })).json());
};
const overSocket: Send = async (server, { query = '', extensions }, token) => {
  const socket = await openRawSocket(server, headersOf(token));
  await socket.acknowledged();
  socket.subscribe('1', query, extensions);
  const answer = await Promise.any([socket.answerTo('1', 'next'), socket.answerTo('1', 'error')]);
  socket.socket.close();
  const payload = answer.payload as object;
  return toAnswer(Array.isArray(payload) ? { errors: payload } : payload);
};

const TRANSPORTS: readonly (readonly [string, Send])[] = [
  ...WIRES.map(({ by, path }) => [`POST, by ${by}`, overPost(path)] as const),
  ['GET', overGet],
  ['WebSocket', overSocket],
];

describe.each(TRANSPORTS)('over %s', (_, send) => {
  it('a hash is unknown until its document was sent with it, and then stands for it', async () => {
    const server = await openTestServer();
    const query = '{ hello }';
    const hash = { extensions: named(sha256(query)) };
    expect(await send(server, hash)).toEqual({ codes: ['PERSISTED_QUERY_NOT_FOUND'] });
    expect(await send(server, { query, ...hash })).toEqual({ data: { hello: 'hello' }, codes: [] });
    expect(await send(server, hash)).toEqual({ data: { hello: 'hello' }, codes: [] });
    expect(await send(server, { query: '', ...hash })).toEqual({ data: { hello: 'hello' }, codes: [] });
  });

  it('a hash of another document is refused, and stands for nothing', async () => {
    const server = await openTestServer();
    const extensions = named(sha256('{ whoami }'));
    expect(await send(server, { query: '{ hello }', extensions })).toEqual({ codes: ['PERSISTED_QUERY_HASH_MISMATCH'] });
    expect(await send(server, { extensions })).toEqual({ codes: ['PERSISTED_QUERY_NOT_FOUND'] });
  });

  it('a document that cannot run is not kept', async () => {
    const server = await openTestServer();
    for (const query of ['{ nothing }', '{ hello']) {
      const extensions = named(sha256(query));
      expect((await send(server, { query, extensions })).codes[0]).toMatch(/^GRAPHQL_(VALIDATION|PARSE)_FAILED$/);
      expect(await send(server, { extensions })).toEqual({ codes: ['PERSISTED_QUERY_NOT_FOUND'] });
    }
  });

  it.each([
    ['a number', named(1)],
    ['an object', named({ toString: 'x' })],
    ['an empty text', named('')],
    ['another version', named(sha256('{ hello }'), 2)],
    ['no version', { persistedQuery: { sha256Hash: sha256('{ hello }') } }],
    ['no object', { persistedQuery: 'x' }],
  ])('%s is no hash', async (_name, extensions) => {
    expect(await send(await openTestServer(), { extensions })).toEqual({ codes: ['BAD_REQUEST'] });
  });

  it.each(['__proto__', 'constructor', 'A'.repeat(64), 'z'.repeat(64)])('%s is the hash of nothing', async (hash) => {
    const server = await openTestServer();
    expect(await send(server, { extensions: named(hash) })).toEqual({ codes: ['PERSISTED_QUERY_NOT_FOUND'] });
    expect(await send(server, { query: '{ hello }', extensions: named(hash) })).toEqual({
      codes: ['PERSISTED_QUERY_HASH_MISMATCH'],
    });
  });

  it('the documents used last are kept, within the bound', async () => {
    const server = await openTestServer({ limits: { persistedMaxCharacters: 40 } });
    const texts = ['{ a: hello }', '{ b: hello }', '{ c: hello }'];
    const ask = (text: string, query?: string) =>
      send(server, { ...(query ? { query } : {}), extensions: named(sha256(text)) }).then(({ codes }) => codes);
    for (const text of texts) expect(await ask(text, text)).toEqual([]);
    expect(await ask('{ a: hello }')).toEqual([]);
    expect(await ask('{ d: hello }', '{ d: hello }')).toEqual([]);
    expect(await ask('{ b: hello }')).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    expect(await ask('{ a: hello }')).toEqual([]);
    const long = `{ ${'hello '.repeat(9)}}`;
    expect(await ask(long, long)).toEqual([]);
    expect(await ask(long)).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    expect(await ask('{ a: hello }')).toEqual([]);
  });

  it('trusted documents have any id, and bind customers where the operator asks for it', async () => {
    const texts = new Map([['greet', '{ hello whoami }']]);
    const server = await openTestServer({ trustedDocuments: { texts, only: 'customers' } });
    const token = await server.tokenFor('ada', 60_000);
    const greeted = (whoami: string) => ({ data: { hello: 'hello', whoami }, codes: [] });
    expect(await send(server, { extensions: named('greet') }, token)).toEqual(greeted('ada'));
    expect(await send(server, { query: '{ hello whoami }', extensions: named('greet') }, token)).toEqual(greeted('ada'));
    expect(await send(server, { query: '{ hello whoami }', extensions: {} }, token)).toEqual(greeted('ada'));
    expect(await send(server, { query: '{ whoami }', extensions: {} }, token)).toEqual({ codes: ['DOCUMENT_NOT_TRUSTED'] });
    // A key may send others, and what it has sent is no more trusted for that.
    const other = { query: '{ whoami }', extensions: named(sha256('{ whoami }')) };
    expect(await send(server, other)).toEqual({ data: { whoami: 'app' }, codes: [] });
    expect(await send(server, { extensions: other.extensions }, token)).toEqual({ codes: ['DOCUMENT_NOT_TRUSTED'] });
    expect(await send(server, other, token)).toEqual({ codes: ['DOCUMENT_NOT_TRUSTED'] });
  });

  it('everybody may be bound, keys too', async () => {
    const server = await openTestServer({ trustedDocuments: { texts: new Map([['a', '{ hello }']]), only: 'everybody' } });
    expect(await send(server, { query: '{ hello }', extensions: {} })).toEqual({ data: { hello: 'hello' }, codes: [] });
    expect(await send(server, { query: '{ whoami }', extensions: {} })).toEqual({ codes: ['DOCUMENT_NOT_TRUSTED'] });
  });
});

it('a subscription is named by its hash over SSE and over WebSocket', async () => {
  const server = await openTestServer();
  const query = 'subscription { count(to: 2) }';
  const extensions = named(sha256(query));
  const kept = await openRawSocket(server);
  await kept.acknowledged();
  kept.subscribe('1', query, extensions);
  await kept.answerTo('1', 'complete');
  const again = await openRawSocket(server);
  await again.acknowledged();
  again.subscribe('1', '', extensions);
  await again.answerTo('1', 'complete');
  expect(again.messages.filter(({ type }) => type === 'next')).toHaveLength(2);
  const headers = { ...BEARER, 'content-type': 'application/json', accept: 'text/event-stream' };
  const stream = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ extensions }) });
  expect((await stream.text()).match(/^event: next$/gm)).toHaveLength(2);
});
