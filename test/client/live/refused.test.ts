/** What clients of ours do with a refusal: one that will not pass is taken for what it is. */
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openLink, type Transport } from '../../../packages/client/src/live/link.ts';
import { LiveError } from '../../../packages/client/src/live/live-error.ts';
import { openTokens } from '../../../packages/client/src/live/tokens.ts';
import { OWN_LISTENERS } from '../../feed/listeners.ts';
import { openTestServer, type TestServer } from '../../server/fixture.ts';
import { patience } from '../../support/deadlines.ts';

const QUERY = 'subscription { wait }';

beforeEach(() => void vi.stubGlobal('WebSocket', WebSocket));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe.each(OWN_LISTENERS)('%s', (_name, listen) => {
  it('shows a bad token that nothing replaces once, and says that it was refused', async () => {
    const server = await openTestServer();
    const listener = listen(server, 'no.good.token', QUERY);
    onTestFinished(listener.leave);
    await vi.waitFor(() => expect(listener.ends).toHaveLength(1), { timeout: patience(10_000) });
    expect(listener.connections()).toBe(1);
    expect(listener.ends[0]).toMatchObject(
      listener.ends[0] instanceof LiveError ? { code: 'UNAUTHENTICATED', retryable: false } : { code: 4403 },
    );
  });
});

interface Watched {
  readonly heard: unknown[];
  readonly failed: LiveError[];
  readonly states: string[];
}

function watch(server: TestServer, transports: readonly Transport[], getToken: () => Promise<string>, query = QUERY): Watched {
  const watched: Watched = { heard: [], failed: [], states: [] };
  const link = openLink({ url: `${server.url}/graphql`, tokens: openTokens({ getToken }), transports, pollIntervalMs: 100 });
  link.connection.subscribe(() => void watched.states.push(link.connection.get()));
  const leave = link.add({
    subscription: () => ({ query }),
    next: (data) => void watched.heard.push(data),
    question: { query: '{ hello }' },
    answer: (data) => void watched.heard.push(data),
    fail: (error) => void watched.failed.push(error),
  });
  onTestFinished(leave);
  return watched;
}

describe.each<[Transport]>([['websocket'], ['sse'], ['polling']])('over %s', (transport) => {
  it('a bad token is replaced by the next, and nothing is live before', async () => {
    const server = await openTestServer();
    const good = await server.tokenFor('ada', 60_000);
    const tokens = ['no.good.token', good];
    const { heard, states, failed } = watch(server, [transport], async () => tokens.shift() ?? good);
    await vi.waitFor(() => expect(heard.length).toBeGreaterThan(0), { timeout: patience(10_000) });
    expect(failed).toEqual([]);
    expect(states.slice(0, 2)).toEqual(transport === 'polling' ? ['live'] : ['offline', 'live']);
  });
});

it('over SSE, what is refused for good ends that watch, and not the others', async () => {
  const server = await openTestServer();
  const good = await server.tokenFor('ada', 60_000);
  const { failed, states } = watch(server, ['sse'], async () => good, 'subscription { nothingOfTheKind }');
  await vi.waitFor(() => expect(failed).toHaveLength(1));
  expect(failed[0]?.retryable).toBe(false);
  expect(states).toEqual(['live']);
});

it('where there is no WebSocket, another way is taken, and nothing is left behind', async () => {
  vi.stubGlobal('WebSocket', undefined);
  const server = await openTestServer();
  const good = await server.tokenFor('ada', 60_000);
  const { heard, states } = watch(server, ['websocket', 'sse'], async () => good);
  await vi.waitFor(() => expect(heard).toEqual([{ wait: 'first' }]));
  expect(states).toEqual(['live']);
});

it.each<[Transport]>([['websocket'], ['sse']])(
  'a token that ends in the middle of a stream is replaced, over %s, and the page says so',
  async (transport) => {
    const server = await openTestServer();
    const good = await server.tokenFor('ada', 60_000);
    const tokens = [await server.tokenFor('ada', 1_500)];
    const { heard, states, failed } = watch(server, [transport], async () => tokens.shift() ?? good);
    await vi.waitFor(() => expect(heard).toEqual([{ wait: 'first' }, { wait: 'first' }]), { timeout: patience(10_000) });
    expect(states).toEqual(['live', 'offline', 'live']);
    expect(failed).toEqual([]);
  },
);
