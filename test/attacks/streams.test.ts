/** Many streams of one customer: that are opened, and that are told of each change. */
import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createClient } from 'graphql-ws';
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { LIMITS } from '../../src/server/limits/limits.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { track } from '../support/shop.ts';
import { type AttackedShop, FEATURE, openAttackedShop } from './fixture.ts';

const STREAMS = isLong ? 2_500 : 500;
const AT_ONCE = 50;

let shop: AttackedShop;
beforeAll(async () => {
  shop = await openAttackedShop();
});

it(`${STREAMS} event streams with one token`, { timeout: patience(240_000) }, async () => {
  const token = await shop.attacker('streams');
  const query = encodeURIComponent('subscription { balanceChanged(customerId: "streams") { sequence } }');
  const headers = { accept: 'text/event-stream', authorization: `Bearer ${token}` };
  const opened: ClientRequest[] = [];
  onTestFinished(() => {
    for (const request of opened) request.destroy();
  });
  async function open(): Promise<string> {
    const request = get(`${shop.url}/graphql?query=${query}`, { headers, agent: false });
    opened.push(request);
    const [response]: IncomingMessage[] = await once(request, 'response');
    if (response?.statusCode === 200) return 'open';
    return `${response?.statusCode} ${/"code":"(\w+)"/.exec(response ? await text(response) : '')?.[1]}`;
  }
  /** As many as a machine connects at a time. */
  const openMany = async (): Promise<string[]> => {
    const answers: string[] = [];
    while (answers.length < STREAMS / AT_ONCE) answers.push(await open());
    return answers;
  };
  const answers = await shop.during(() => Promise.all(Array.from({ length: AT_ONCE }, openMany)));
  const count = (answer: string) => answers.flat().filter((each) => each === answer).length;
  expect(count('open')).toBe(LIMITS.customerMaxConnections);
  expect(count('429 RATE_LIMITED')).toBe(STREAMS - LIMITS.customerMaxConnections);
});

it('20 subscriptions that ask for much, and each of many uses pushed to all of them', {
  timeout: patience(240_000),
}, async () => {
  const USES = 10;
  const token = await shop.attacker('wide');
  const balances = Array.from(
    { length: 12 },
    (_, index) => `b${index}: balance { id granted remaining held usage grants { id remaining } }`,
  );
  const query = `subscription { balanceChanged(customerId: "wide") { sequence ${balances.join(' ')} } }`;
  const client = createClient({
    url: `${shop.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  onTestFinished(() => client.dispose());
  const heard = Array.from({ length: 20 }, () => 0);
  const refused: unknown[] = [];
  for (const reader of heard.keys()) {
    client.subscribe<{ balanceChanged: { sequence: number } }>(
      { query },
      {
        next: ({ data, errors }) => {
          if (errors) refused.push(errors);
          heard[reader] = data?.balanceChanged.sequence ?? 0;
        },
        error: (error) => refused.push(error),
        complete: () => undefined,
      },
    );
  }
  const all = (sequence: number) =>
    vi.waitFor(() => expect({ refused, last: Math.min(...heard) }).toEqual({ refused: [], last: sequence }), {
      timeout: patience(60_000),
    });
  const before = 21;
  await all(before);
  await shop.during(async () => {
    for (let uses = 0; uses < USES; uses += 1) await track(shop, { customerId: 'wide', featureId: FEATURE });
    await all(before + USES);
  });
});

it('20 subscriptions that ask for more than a push may hold', { timeout: patience(240_000) }, async () => {
  const token = await shop.attacker('wider');
  const circle = 'balance { grants(includeUsedUp: true) { purchase { customer { balances { grants { id } } } } } }';
  const client = createClient({
    url: `${shop.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  onTestFinished(() => client.dispose());
  const subscribe = () =>
    new Promise<unknown>((resolve) => {
      const query = `subscription { balanceChanged(customerId: "wider") { sequence ${circle} } }`;
      client.subscribe({ query }, { next: resolve, error: resolve, complete: () => undefined });
    });
  const answers = await shop.during(() => Promise.all(Array.from({ length: 20 }, subscribe)));
  for (const answer of answers) expect(answer).toMatchObject({ errors: [{ extensions: { code: 'QUERY_TOO_COMPLEX' } }] });
});
