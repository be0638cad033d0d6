import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Feed, openFeed } from '../../src/feed/feed.ts';
import { openLog } from '../../src/platform/log.ts';
import { type FakeLedger, openFakeLedger, peek, quiet } from './fake-ledger.ts';

let ledger: FakeLedger;
let feed: Feed;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  ledger = openFakeLedger();
  ledger.write('ada');
  feed = openFeed({ reads: ledger.reads, log: openLog('silent') });
});
afterEach(() => {
  feed.close();
  vi.useRealTimers();
});

const subscribe = ({ after = null }: { after?: bigint | null } = {}) =>
  feed.balanceChanges({ customerId: 'ada', featureIds: null, after });

describe('a head that was never true', () => {
  it('costs a snapshot, and no later entry is lost', async () => {
    const stream = subscribe();
    await stream.next();
    feed.onEntries('ada', 99n);
    const corrected = peek(stream.next());
    for (let second = 0; second < 3; second += 1) await vi.advanceTimersByTimeAsync(1_000);
    await quiet();
    expect(corrected.result?.value).toMatchObject({ cause: 'SNAPSHOT', sequence: 1n });
    const next = peek(stream.next());
    feed.onCommitted(ledger.write('ada'));
    await quiet();
    expect(next.result?.value).toMatchObject({ cause: 'LEDGER', sequence: 2n });
  });
});

describe('a ledger that cannot be read', () => {
  it('is asked again until it answers, when a subscriber starts', async () => {
    ledger.awayFor = 5;
    const reads = [peek(subscribe().next()), peek(subscribe({ after: 0n }).next())];
    for (let second = 0; second < 5; second += 1) await vi.advanceTimersByTimeAsync(1_000);
    await quiet();
    expect(reads.map(({ result }) => result?.value?.sequence)).toEqual([1n, 1n]);
  });

  it('is asked again until it answers, when the bus is back after an outage', async () => {
    const stream = subscribe();
    await stream.next();
    const waiting = peek(stream.next());
    ledger.write('ada');
    ledger.awayFor = 3;
    void feed.resync();
    for (let second = 0; second < 5; second += 1) await vi.advanceTimersByTimeAsync(1_000);
    await quiet();
    expect(waiting.result?.value).toMatchObject({ cause: 'LEDGER', sequence: 2n });
  });

  it('for a permanent reason ends the subscriber with that error', async () => {
    const stream = openFeed({
      reads: { ...ledger.reads, snapshot: () => Promise.reject(new Error('no such table')) },
      log: openLog('silent'),
    }).balanceChanges({ customerId: 'ada', featureIds: null, after: null });
    await expect(stream.next()).rejects.toThrow('no such table');
    expect(await stream.next()).toMatchObject({ done: true });
  });
});
