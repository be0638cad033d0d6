import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  type Brim,
  type BrimOptions,
  OutboxFullError,
  type OutboxOptions,
  openBrim as openClient,
} from '../../packages/client/src/server/index.ts';
import { errorReply, openStandIn, passOn } from '../client/server/stand-in.ts';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { balanceOf, createCustomer, ledgerOf, MESSAGES, openShop } from '../support/shop.ts';

/** Nobody listens there. */
const AWAY = 'http://127.0.0.1:9';
const QUIET = { retryDelayMs: 60_000 };

describe('the outbox', () => {
  let brim: TestBrim;
  let customers = 0;

  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  async function customer(): Promise<string> {
    customers += 1;
    await createCustomer(brim, `outbox-${customers}`);
    return `outbox-${customers}`;
  }
  async function connect(outbox: NonNullable<BrimOptions['outbox']>, url = brim.url): Promise<Brim> {
    const client = await openClient({ url, secretKey: TEST_KEY, outbox });
    onTestFinished(() => client.close());
    return client;
  }
  function someFile(): string {
    const folder = mkdtempSync(path.join(tmpdir(), 'brim-outbox-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return path.join(folder, 'tracks');
  }
  /** A way to Brim that can be closed and opened. */
  async function openWay() {
    const way = { open: false };
    const standIn = await openStandIn((body) => (way.open ? passOn(brim.url, body, TEST_KEY) : 'cut'));
    return { way, ...standIn };
  }
  const track = (client: Brim, customerId: string, value: number) => client.track({ customerId, featureId: MESSAGES, value });
  const usesOf = async (customerId: string) =>
    (await ledgerOf(brim, customerId))
      .filter(({ kind }: { kind: string }) => kind === 'USAGE')
      .map(({ amount }: { amount: string }) => amount);

  it('hands the answer on while Brim is there, and is empty then', async () => {
    const customerId = await customer();
    const client = await connect({ file: someFile() });
    expect(await track(client, customerId, 3)).toMatchObject({ __typename: 'TrackSuccess', balance: { remaining: '7' } });
    expect(client.pending).toBe(0);
  });

  it.each(['in memory', 'in a file'])('keeps tracks %s while Brim is away, and sends them in their order', async (where) => {
    const customerId = await customer();
    const { way, url, inputs } = await openWay();
    const late: unknown[] = [];
    const onLate: OutboxOptions['onLate'] = (_track, outcome) => late.push(outcome);
    const client = await connect({ ...QUIET, onLate, ...(where === 'in a file' ? { file: someFile() } : {}) }, url);
    for (const value of [1, 2, 3]) {
      expect(await track(client, customerId, value)).toMatchObject({
        __typename: 'TrackQueued',
        idempotencyKey: expect.any(String),
      });
    }
    expect(client.pending).toBe(3);
    await expect(client.flush()).rejects.toMatchObject({ code: 'NETWORK', retryable: true });
    way.open = true;
    await client.flush();
    expect(client.pending).toBe(0);
    expect(await usesOf(customerId)).toEqual(['-1', '-2', '-3']);
    expect(late).toMatchObject([{ applied: '1' }, { applied: '2' }, { applied: '3' }]);
    expect(new Set(inputs.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(3);
  });

  it('sends by itself when Brim is back', async () => {
    const customerId = await customer();
    const { way, url } = await openWay();
    const client = await connect({ retryDelayMs: 5 }, url);
    await track(client, customerId, 4);
    way.open = true;
    await expect.poll(async () => (await balanceOf(brim, customerId)).remaining).toBe('6');
    await expect.poll(() => client.pending).toBe(0);
  });

  it('says what became of a track that was refused in the end, and goes on', async () => {
    const customerId = await customer();
    const { way, url } = await openWay();
    const late: unknown[] = [];
    const client = await connect({ ...QUIET, onLate: ({ value }, outcome) => late.push([value, outcome]) }, url);
    await track(client, 'nobody', 1);
    await track(client, customerId, 2);
    way.open = true;
    await client.flush();
    expect(late).toMatchObject([
      [1, { __typename: 'CustomerNotFoundError' }],
      [2, { __typename: 'TrackSuccess' }],
    ]);
  });

  it('takes a track for done that Brim has, although its answer could not be read', async () => {
    const customerId = await customer();
    let isAway = true;
    const { url, inputs } = await openStandIn(async (body) => {
      if (isAway) return 'cut';
      await passOn(brim.url, body, TEST_KEY);
      return errorReply('ANSWER_INCOMPLETE', 200, { entryId: `${customerId}:2` });
    });
    const late: unknown[] = [];
    const client = await connect({ ...QUIET, file: someFile(), onLate: (_, outcome) => late.push(outcome) }, url);
    await track(client, customerId, 1);
    isAway = false;
    await client.flush();
    expect(late).toMatchObject([{ code: 'ANSWER_INCOMPLETE', done: true, retryable: false, entryId: `${customerId}:2` }]);
    await expect(track(client, customerId, 2)).rejects.toMatchObject({ code: 'ANSWER_INCOMPLETE', done: true });
    expect(client.pending).toBe(0);
    expect(await usesOf(customerId)).toEqual(['-1', '-2']);
    expect(inputs.map(({ value }) => value)).toEqual([1, 1, 2]);
  });

  it('keeps what it has where its key is not accepted', async () => {
    let code = 'UNAVAILABLE';
    const standIn = await openStandIn(() => errorReply(code));
    const client = await connect(QUIET, standIn.url);
    await track(client, 'jo', 1);
    code = 'UNAUTHENTICATED';
    await expect(client.flush()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(client.pending).toBe(1);
  });

  it('says when it is full, by count and by bytes, and takes nothing then', async () => {
    const byCount = await connect({ ...QUIET, maxTracks: 2 }, AWAY);
    await track(byCount, 'jo', 1);
    await track(byCount, 'jo', 1);
    await expect(track(byCount, 'jo', 1)).rejects.toBeInstanceOf(OutboxFullError);
    await expect(track(byCount, 'jo', 1)).rejects.toMatchObject({ code: 'OUTBOX_FULL', retryable: true, pending: 2 });
    const byBytes = await connect({ ...QUIET, maxBytes: 300 }, AWAY);
    await track(byBytes, 'jo', 1);
    await expect(
      byBytes.track({ customerId: 'jo', featureId: MESSAGES, properties: { text: 'x'.repeat(300) } }),
    ).rejects.toBeInstanceOf(OutboxFullError);
    expect(byBytes.pending).toBe(1);
  });

  it('survives kill -9 of the app: the next start sends what was taken, in its order, with its keys', async () => {
    const customerId = await customer();
    const file = someFile();
    const taken = await killedApp(file, customerId);
    expect(taken).toHaveLength(3);
    appendFileSync(file, '{"track":{"id":4,"input":{"custom');
    const client = await connect({ file });
    await client.flush();
    expect(await usesOf(customerId)).toEqual(['-1', '-2', '-3']);
    const { customer: found } = await brim.data(
      'query ($id: ID!) { customer(id: $id) { ledger(kind: USAGE) { nodes { idempotencyKey } } } }',
      { id: customerId },
    );
    const keys = found.ledger.nodes.map(({ idempotencyKey }: { idempotencyKey: string }) => idempotencyKey);
    expect(keys.toReversed()).toEqual(taken);
  });

  it('is of one process at a time', async () => {
    const file = someFile();
    await connect({ file });
    await expect(connect({ file })).rejects.toMatchObject({ code: 'OUTBOX_IN_USE', retryable: false });
  });

  it('does not grow for ever: what is done leaves the file', async () => {
    const customerId = await customer();
    const file = someFile();
    const client = await connect({ file });
    const properties = { text: 'x'.repeat(8_000) };
    for (let turn = 0; turn < 30; turn += 1) await client.track({ customerId, featureId: MESSAGES, properties });
    expect(statSync(file).size).toBeLessThan(100_000);
    await client.close();
    const again = await connect({ file });
    expect(again.pending).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe('');
  });
});

/**
 * An app that takes three tracks while Brim is away, and is killed. @returns the keys that it was
 * told.
 */
async function killedApp(file: string, customerId: string): Promise<readonly string[]> {
  const client = new URL('../../packages/client/src/server/index.ts', import.meta.url).href;
  const program = `
    const { openBrim } = await import(${JSON.stringify(client)});
    const brim = await openBrim({ url: ${JSON.stringify(AWAY)}, secretKey: 'brim_sk_any', outbox: { file: ${JSON.stringify(file)} } });
    for (const value of [1, 2, 3]) {
      const { idempotencyKey } = await brim.track({ customerId: ${JSON.stringify(customerId)}, featureId: 'premium_messages', value });
      console.log(idempotencyKey);
    }
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk;
  });
  const [, signal] = await once(child, 'close');
  expect(signal).toBe('SIGKILL');
  return said.trim().split('\n');
}
