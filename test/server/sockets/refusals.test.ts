/**
 * Everything that closes a WebSocket, with its close code and a reason that begins with an error
 * code.
 */
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { BEARER, openRawSocket, openTestServer, type TestServer } from '../fixture.ts';

const LONG = 'x'.repeat(5_000);
/** The room in a close frame. */
const REASON_MAX_BYTES = 123;

/** Sends these messages, and returns how the socket was closed. */
function closeAfter(
  { url }: TestServer,
  messages: readonly unknown[],
  protocols: readonly string[] = ['graphql-transport-ws'],
): Promise<[number, string]> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, [...protocols]);
  onTestFinished(() => socket.terminate());
  const [first, ...others] = messages.map((message) =>
    typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
  );
  socket.once('open', () => first !== undefined && socket.send(first));
  // The next message is the acknowledgement.
  socket.once('message', () => {
    for (const message of others) socket.send(message);
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code, reason) => resolve([code, String(reason)]));
  });
}

function expectClosed([close, reason]: readonly [number, string], expected: number, code: string): void {
  expect([close, reason]).toEqual([expected, expect.stringMatching(new RegExp(`^${code}: \\S`))]);
  expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(REASON_MAX_BYTES);
}

describe('over WebSocket', () => {
  const subscribe = (payload: unknown, id: unknown = '1') => ({ id, type: 'subscribe', payload });
  const init = (payload?: unknown) => ({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });

  it.each([
    ['a number', init(5), 4400, 'BAD_REQUEST'],
    ['a text', init('Bearer x'), 4400, 'BAD_REQUEST'],
    ['a list', init([BEARER.authorization]), 4400, 'BAD_REQUEST'],
    ['a truth', init(true), 4400, 'BAD_REQUEST'],
    ['a number as authorization', init({ authorization: 5 }), 4403, 'UNAUTHENTICATED'],
    ['null as authorization', init({ authorization: null }), 4403, 'UNAUTHENTICATED'],
    ['a list as authorization', init({ Authorization: [BEARER.authorization] }), 4403, 'UNAUTHENTICATED'],
    ['an object as authorization', init({ authorization: { bearer: LONG } }), 4403, 'UNAUTHENTICATED'],
    ['empty authorization', init({ authorization: '' }), 4403, 'UNAUTHENTICATED'],
    ['a wrong key', init({ authorization: `Bearer brim_sk_${LONG}` }), 4403, 'UNAUTHENTICATED'],
    ['words that are no JSON', LONG, 4400, 'BAD_REQUEST'],
    ['JSON that is no message', '[]', 4400, 'BAD_REQUEST'],
    ['a message of no type', { id: '1' }, 4400, 'BAD_REQUEST'],
    ['a message of an unknown type', { type: LONG }, 4400, 'BAD_REQUEST'],
    ['bytes', Buffer.from('{"type":"connection_init"}'), 4400, 'BAD_REQUEST'],
    ['an operation before all', subscribe({ query: '{ hello }' }), 4401, 'UNAUTHENTICATED'],
  ])('a socket that begins with %s is closed with a code', async (_name, message, close, code) => {
    const server = await openTestServer();
    expectClosed(await closeAfter(server, [message]), close, code);
  });

  it.each([
    ['a query that is a number', subscribe({ query: 5 }), 4400, 'BAD_REQUEST'],
    ['no query', subscribe({}), 4400, 'BAD_REQUEST'],
    ['no payload', subscribe(undefined), 4400, 'BAD_REQUEST'],
    ['an id that is a number', subscribe({ query: '{ hello }' }, 5), 4400, 'BAD_REQUEST'],
    ['variables that are text', subscribe({ query: '{ hello }', variables: LONG }), 4400, 'BAD_REQUEST'],
    ['a name that is a number', subscribe({ query: '{ hello }', operationName: 5 }), 4400, 'BAD_REQUEST'],
    ['a second beginning', init(BEARER), 4429, 'TOO_MANY_INITIALISATION_REQUESTS'],
  ])('a socket that continues with %s is closed with a code', async (_name, message, close, code) => {
    const server = await openTestServer();
    expectClosed(await closeAfter(server, [init(BEARER), message]), close, code);
  });

  it('one id for two operations closes it with a code', async () => {
    const server = await openTestServer();
    const wait = subscribe({ query: 'subscription { wait }' });
    expect(await closeAfter(server, [init(BEARER), wait, wait])).toEqual([
      4409,
      expect.stringMatching(/^SUBSCRIBER_ALREADY_EXISTS: /),
    ]);
  });

  it('a missing subprotocol closes it with a code', async () => {
    const server = await openTestServer();
    expect(await closeAfter(server, [], [])).toEqual([4406, expect.stringMatching(/^SUBPROTOCOL_NOT_ACCEPTABLE: /)]);
  });

  it('invalid credentials of one operation refuse that operation alone', async () => {
    const server = await openTestServer();
    const { acknowledged, subscribe: ask, answerTo } = await openRawSocket(server);
    await acknowledged();
    for (const [index, authorization] of [5, null, [], {}].entries()) {
      ask(String(index), '{ hello }', { headers: { authorization } });
      expect(await answerTo(String(index), 'error')).toMatchObject({ payload: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    ask('good', '{ hello }');
    expect(await answerTo('good')).toMatchObject({ payload: { data: { hello: 'hello' } } });
  });
});
