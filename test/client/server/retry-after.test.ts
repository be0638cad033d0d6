import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { type BrimOptions, openBrim as openClient } from '../../../packages/client/src/server/index.ts';
import { post, TEST_KEY, type TestBrim } from '../../support/brim.ts';
import { patience } from '../../support/deadlines.ts';
import { createCustomer, MESSAGES, openShop } from '../../support/shop.ts';

/** A thousand points a second, which is about what createCustomer costs. */
const POINTS_PER_KEY = 60_000;

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop({ config: { pointsPerMinute: { perKey: POINTS_PER_KEY } } });
  await createCustomer(brim, 'ada');
});
afterAll(() => brim.close());

interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The way to Brim, on which the first answers may be given by somebody else: it says when each
 * request came.
 */
async function openWay(refusals: readonly Refusal[] = []) {
  const cameAtMs: number[] = [];
  const server = createServer(async (request, response) => {
    cameAtMs.push(performance.now());
    const body = await text(request);
    const refusal = refusals[cameAtMs.length - 1];
    if (refusal) return void response.writeHead(refusal.status, refusal.headers).end(refusal.body);
    const headers = { 'content-type': 'application/json', authorization: request.headers.authorization ?? '' };
    const answer = await fetch(`${brim.url}/graphql`, { method: 'POST', headers, body });
    response.writeHead(answer.status, Object.fromEntries(answer.headers.entries())).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, cameAtMs };
}

async function connect(url: string, options: Partial<BrimOptions> = {}) {
  const client = await openClient({ url, secretKey: TEST_KEY, retryDelayMs: 10, retries: 10, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** Of each request after the first, how long after the one before it came. */
const gapsOf = (cameAtMs: readonly number[]) => cameAtMs.slice(1).map((atMs, index) => atMs - (cameAtMs[index] ?? 0));

const rateLimited = (retryAfterSeconds: number): Refusal => ({
  status: 429,
  body: JSON.stringify({
    errors: [{ message: 'Slowly.', extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterSeconds } }],
  }),
});

it('a call whose budget is used up is sent again when Brim said, and not before', async () => {
  const { url, cameAtMs } = await openWay();
  const client = await connect(url);
  // A document that cannot be read costs a thousand.
  await Promise.all(Array.from({ length: POINTS_PER_KEY / 1_000 }, () => post(brim.url, '{')));
  expect(await client.createCustomer({ id: 'late' })).toMatchObject({ __typename: 'CreateCustomerSuccess' });
  // Unless the points came back in the meantime, it was refused.
  for (const gap of gapsOf(cameAtMs)) expect(gap).toBeGreaterThan(990);
});

it.each<[string, Refusal]>([
  ['a proxy in seconds', { status: 429, headers: { 'retry-after': '1' }, body: 'slowly' }],
  ['a proxy as a date', { status: 503, headers: { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() }, body: '' }],
  ['Brim, for longer than a call waits', rateLimited(3_600)],
])('what %s says is heeded', async (_name, refusal) => {
  const { url, cameAtMs } = await openWay([refusal]);
  const client = await connect(url);
  const outcome = await client.check({ customerId: 'ada', featureId: MESSAGES }).catch((error: unknown) => error);
  if (refusal.headers?.['retry-after'] === '1') {
    expect(outcome).toMatchObject({ __typename: 'CheckResult' });
    expect(gapsOf(cameAtMs)).toEqual([expect.toSatisfy((gap: number) => gap > 990)]);
  } else {
    expect(outcome).toMatchObject({ retryable: true, retryAfterSeconds: expect.toSatisfy((told: number) => told > 3_000) });
    expect(cameAtMs).toHaveLength(1);
  }
});

it('an outbox sends nothing before it is time, whatever else it is asked', async () => {
  const { url, cameAtMs } = await openWay([rateLimited(2)]);
  const client = await connect(url, { outbox: {} });
  const track = (value: number) => client.track({ customerId: 'ada', featureId: MESSAGES, value });
  expect(await track(1)).toMatchObject({ __typename: 'TrackQueued' });
  expect(await track(2)).toMatchObject({ __typename: 'TrackQueued' });
  await expect(client.flush()).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 2 });
  expect(cameAtMs).toHaveLength(1);
  await vi.waitFor(() => expect(client.pending).toBe(0), { timeout: patience(20_000) });
  expect(cameAtMs).toHaveLength(3);
  expect(gapsOf(cameAtMs)[0]).toBeGreaterThan(1_990);
});
