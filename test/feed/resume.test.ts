import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrim, type TestBrim, take } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { balanceOf, CHANGES, createRichCustomer, MESSAGES, openShop, useAtOnce } from '../support/shop.ts';
import { overSocket, overSse, TRANSPORTS } from './transports.ts';

let brim: TestBrim;
/** Another process, as far as the two can tell: it shares the database and nothing else. */
let other: TestBrim;

beforeAll(async () => {
  brim = await openShop();
  other = await openBrim({ databaseUrl: brim.databaseUrl });
});
afterAll(async () => {
  await other.close();
  await brim.close();
});

const CASES = [
  { transport: 'WebSocket', open: overSocket, where: 'the process that writes', reader: () => brim },
  { transport: 'SSE', open: overSse, where: 'another process', reader: () => other },
];

describe.each(CASES)('a subscriber over $transport to $where', ({ transport, open, reader }) => {
  it('who reconnects 20 times during 2,000 tracks sees every sequence exactly once', async () => {
    const customerId = `reconnects-${transport}`;
    await createRichCustomer(brim, customerId);
    const tracks = 2_000;
    const last = 2 + tracks;
    const seen: { sequence: number; remaining: string }[] = [];
    const cursor = () => seen.at(-1)?.sequence ?? 2;

    const writing = (async () => {
      for (let written = 0; written < tracks; written += 50) {
        // A reader who is more than 1,000 behind gets a snapshot; this one is to get them all.
        await vi.waitFor(() => expect(cursor()).toBeGreaterThan(written - 500), { timeout: patience(20_000), interval: 5 });
        await useAtOnce(brim, customerId, 50);
      }
    })();

    let connections = 0;
    while (cursor() < last) {
      connections += 1;
      const messages = open(reader(), CHANGES, { variables: { customerId, after: cursor() } });
      for (const { balanceChanged } of await take(messages, Math.min(95, last - cursor()))) {
        expect(balanceChanged.cause).toBe('LEDGER');
        seen.push({ sequence: balanceChanged.sequence, remaining: balanceChanged.balance.remaining });
      }
      await messages.return();
    }
    await writing;

    expect(connections).toBeGreaterThan(20);
    expect(seen).toEqual(
      Array.from({ length: tracks }, (_, index) => ({ sequence: index + 3, remaining: String(1_000_009 - index) })),
    );
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '998010', version: last });
  });
});

describe.each(TRANSPORTS)('resuming over %s', (transport, open) => {
  it('at the last entry sends nothing old, and then continues', async () => {
    const customerId = `present-${transport}`;
    await createRichCustomer(brim, customerId);
    const messages = open(brim, CHANGES, { variables: { customerId, after: 2 } });
    const reading = take(messages, 1);
    await vi.waitFor(() => expect(brim.app.domain.feed.subscribers).toBe(1));
    await useAtOnce(brim, customerId);
    expect((await reading)[0].balanceChanged).toMatchObject({ cause: 'LEDGER', sequence: 3 });
    await messages.return();
    await vi.waitFor(() => expect(brim.app.domain.feed.subscribers).toBe(0));
  });

  it('ahead of the ledger sends a snapshot, and then continues', async () => {
    const customerId = `ahead-${transport}`;
    await createRichCustomer(brim, customerId);
    const messages = open(brim, CHANGES, { variables: { customerId, after: 3 } });
    expect((await take(messages, 1))[0].balanceChanged).toMatchObject({ cause: 'SNAPSHOT', sequence: 2 });
    await useAtOnce(brim, customerId);
    expect((await take(messages, 1))[0].balanceChanged).toMatchObject({ cause: 'LEDGER', sequence: 3 });
    await messages.return();
  });
});

describe('resuming far behind', () => {
  it('sends every entry up to 1,000 of them, and beyond that a snapshot, and then continues', async () => {
    const customerId = 'behind';
    await createRichCustomer(brim, customerId);
    await useAtOnce(brim, customerId, 1_000);
    const near = overSocket(brim, CHANGES, { variables: { customerId, after: 2 } });
    expect((await take(near, 1_000)).map(({ balanceChanged }) => balanceChanged.sequence)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => index + 3),
    );
    await near.return();
    const far = overSse(brim, CHANGES, { variables: { customerId, after: 1, featureIds: [MESSAGES] } });
    expect((await take(far, 1))[0].balanceChanged).toMatchObject({
      cause: 'SNAPSHOT',
      sequence: 1_002,
      balance: { remaining: '999010', version: 1_002 },
    });
    await useAtOnce(brim, customerId);
    expect((await take(far, 1))[0].balanceChanged).toMatchObject({ cause: 'LEDGER', sequence: 1_003 });
    await far.return();
  });
});
