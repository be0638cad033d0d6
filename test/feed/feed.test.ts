import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BalanceChange } from '../../src/feed/balance-change.ts';
import { type Feed, openFeed } from '../../src/feed/feed.ts';
import { openLog } from '../../src/platform/log.ts';
import { type FakeLedger, openFakeLedger, peek, quiet } from './fake-ledger.ts';

let ledger: FakeLedger;
let feed: Feed;

beforeEach(() => {
  ledger = openFakeLedger();
  feed = openFeed({ reads: ledger.reads, log: openLog('silent') });
});
afterEach(() => {
  feed.close();
});

const subscribe = (request: { featureIds?: string[]; after?: bigint } = {}, customerId = 'ada') =>
  feed.balanceChanges({ customerId, featureIds: request.featureIds ?? null, after: request.after ?? null });

async function take(stream: AsyncIterator<BalanceChange>, count = 1): Promise<string[]> {
  const taken: string[] = [];
  while (taken.length < count) {
    const { value, done } = await stream.next();
    if (done) throw new Error(`ended after ${taken.length}`);
    taken.push(`${value.cause} ${value.sequence}`);
  }
  return taken;
}

describe('a waiting subscriber', () => {
  it('gets an entry that the snapshot of another subscriber read first', async () => {
    ledger.write('ada');
    const first = subscribe();
    await take(first);
    const waiting = peek(first.next());
    const entries = ledger.write('ada');
    await take(subscribe());
    feed.onCommitted(entries);
    feed.onEntries('ada', 2n);
    await quiet();
    expect(waiting.result?.value).toMatchObject({ cause: 'LEDGER', sequence: 2n });
  });

  it('gets an entry that another, resuming subscriber read first', async () => {
    ledger.write('ada');
    const first = subscribe();
    await take(first);
    const waiting = peek(first.next());
    const entries = ledger.write('ada');
    await take(subscribe({ after: 1n }));
    feed.onCommitted(entries);
    await quiet();
    expect(waiting.result?.value).toMatchObject({ cause: 'LEDGER', sequence: 2n });
  });

  it('gets an entry once if both the writer and the bus announce it', async () => {
    const stream = subscribe({ after: 0n });
    const reading = take(stream, 3);
    for (const sequence of [1n, 2n, 3n]) {
      feed.onCommitted(ledger.write('ada'));
      feed.onEntries('ada', sequence);
      await quiet();
    }
    expect(await reading).toEqual(['LEDGER 1', 'LEDGER 2', 'LEDGER 3']);
    const more = peek(stream.next());
    await quiet();
    expect(more.result).toBeUndefined();
  });

  it('gets entries of another process, between and after those of this one', async () => {
    const stream = subscribe({ after: 0n });
    const reading = take(stream, 4);
    feed.onCommitted(ledger.write('ada'));
    await quiet();
    ledger.write('ada');
    feed.onCommitted(ledger.write('ada'));
    ledger.write('ada');
    feed.onEntries('ada', 4n);
    expect(await reading).toEqual(['LEDGER 1', 'LEDGER 2', 'LEDGER 3', 'LEDGER 4']);
  });

  it('needs no read for what this process has just written', async () => {
    const stream = subscribe({ after: 0n });
    const reading = take(stream, 10);
    await quiet();
    ledger.asked.length = 0;
    feed.onCommitted(ledger.write('ada', 'messages', 10));
    await reading;
    expect(ledger.asked).toEqual([]);
  });
});

describe('a cursor', () => {
  it('moves with entries that the subscriber filters out, and reads none of them twice', async () => {
    ledger.write('ada', 'seats');
    const stream = subscribe({ featureIds: ['seats'] });
    await take(stream);
    const next = peek(stream.next());
    for (let wave = 0; wave < 8; wave += 1) {
      feed.onEntries('ada', ledger.write('ada', 'messages', 200).at(-1)?.sequence ?? 0n);
      await quiet();
    }
    feed.onCommitted(ledger.write('ada', 'seats'));
    await quiet();
    expect(next.result?.value).toMatchObject({ cause: 'LEDGER', sequence: 1_602n });
    const [first, ...later] = ledger.asked;
    expect([first, ...new Set(later.map((question) => question.replace(/\d+$/, '')))]).toEqual(['snapshot', 'entries after ']);
    const cursors = later.map((question) => Number(/^entries after (\d+)$/.exec(question)?.[1]));
    expect(cursors).toEqual([...new Set(cursors)].sort((a, b) => a - b));
  });

  it.each([
    [1_000, 'LEDGER 1'],
    [1_001, 'SNAPSHOT 1001'],
  ])('that is %i behind goes on with %s', async (entries, expected) => {
    ledger.write('ada', 'messages', entries);
    expect(await take(subscribe({ after: 0n }))).toEqual([expected]);
  });

  it('of a slow reader far behind costs no read until the reader pulls, and then one snapshot', async () => {
    ledger.write('ada');
    const stream = subscribe();
    await take(stream);
    ledger.asked.length = 0;
    for (let wave = 0; wave < 50; wave += 1) {
      feed.onCommitted(ledger.write('ada', 'messages', 100));
      await quiet();
    }
    expect(ledger.asked).toEqual([]);
    expect(await take(stream)).toEqual(['SNAPSHOT 5001']);
    expect(ledger.asked).toEqual(['snapshot']);
  });
});

describe('readers that are behind', () => {
  it('share what is read, in order and without a gap for each', async () => {
    const readers = Array.from({ length: 10 }, () => subscribe({ after: 0n }));
    const heard = readers.map((stream) => take(stream, 100));
    await quiet();
    ledger.asked.length = 0;
    ledger.write('ada', 'messages', 100);
    feed.onEntries('ada', 100n);
    const all = Array.from({ length: 100 }, (_, index) => `LEDGER ${index + 1}`);
    expect(await Promise.all(heard)).toEqual(readers.map(() => all));
    expect(ledger.asked).toEqual([0, 20, 40, 60, 80].map((after) => `entries after ${after}`));
  });

  it('need no read of 900 entries that this process has just written', async () => {
    const readers = Array.from({ length: 10 }, () => subscribe({ after: 0n }));
    const heard = readers.map((stream) => take(stream, 900));
    await quiet();
    ledger.asked.length = 0;
    feed.onCommitted(ledger.write('ada', 'messages', 900));
    expect((await Promise.all(heard)).map((messages) => messages.at(-1))).toEqual(readers.map(() => 'LEDGER 900'));
    expect(ledger.asked).toEqual([]);
  });

  it('get the same object for an entry', async () => {
    const readers = [subscribe({ after: 0n }), subscribe({ after: 0n })];
    const heard = readers.map((stream) => stream.next());
    await quiet();
    ledger.write('ada');
    feed.onEntries('ada', 1n);
    const [one, other] = await Promise.all(heard);
    expect(one?.value).toMatchObject({ sequence: 1n });
    expect(other?.value).toBe(one?.value);
  });
});

describe('the feed', () => {
  it('ends every subscriber when it closes, and later ones at once', async () => {
    ledger.write('ada');
    const streams = [subscribe({ after: 1n }), feed.purchaseChanges('pu_1', async () => ({ revision: 1 }))];
    await streams[1]?.next();
    const reads = streams.map((stream) => stream.next());
    await quiet();
    expect(feed.subscribers).toBe(2);
    feed.close();
    expect(await Promise.all(reads)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(await subscribe().next()).toMatchObject({ done: true });
    expect(feed.subscribers).toBe(0);
  });

  it('keeps nothing of customers without subscribers', async () => {
    const stream = subscribe({ after: 0n }, 'bob');
    feed.onCommitted(ledger.write('ada', 'messages', 10));
    await stream.return?.();
    const late = subscribe({ after: 5n });
    ledger.asked.length = 0;
    expect(await take(late, 5)).toEqual([6, 7, 8, 9, 10].map((sequence) => `LEDGER ${sequence}`));
    expect(ledger.asked).toEqual(['sequence', 'entries after 5']);
  });
});
