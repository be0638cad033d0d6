import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Feed, openFeed } from '../../src/feed/feed.ts';
import { followTail } from '../../src/feed/tail.ts';
import { openLog } from '../../src/platform/log.ts';
import { type FakeLedger, openFakeLedger, peek } from './fake-ledger.ts';

let ledger: FakeLedger;
let feed: Feed;
let tail: ReturnType<typeof followTail>;

beforeEach(() => {
  ledger = openFakeLedger();
  feed = openFeed({ reads: ledger.reads, log: openLog('silent') });
  tail = followTail(feed, 5);
});
afterEach(async () => {
  await tail.close();
  feed.close();
});

const subscribe = (customerId: string) => feed.balanceChanges({ customerId, featureIds: null, after: null });

it('an entry that nobody announced is pushed', async () => {
  ledger.write('ada');
  const stream = subscribe('ada');
  await stream.next();
  const next = peek(stream.next());
  ledger.write('ada');
  await vi.waitFor(() => expect(next.result?.value).toMatchObject({ cause: 'LEDGER', sequence: 2n }));
});

it('a ledger that went back is noticed, and its subscriber gets what is there', async () => {
  ledger.write('ada', 'messages', 3);
  const stream = subscribe('ada');
  await stream.next();
  const next = peek(stream.next());
  ledger.restore('ada', 1);
  await vi.waitFor(() => expect(next.result?.value).toMatchObject({ cause: 'SNAPSHOT', sequence: 1n }));
});

it('one question asks for all customers with subscribers, and for nobody else', async () => {
  const asked = vi.spyOn(ledger.reads, 'movedHeads');
  for (const id of ['ada', 'bob', 'eve']) ledger.write(id);
  for (const id of ['ada', 'bob']) await subscribe(id).next();
  asked.mockClear();
  await vi.waitFor(() => expect(asked.mock.calls.length).toBeGreaterThan(2));
  const heads = ['ada', 'bob'].map((customerId) => ({ customerId, sequence: 1n }));
  expect(asked.mock.calls).toEqual(asked.mock.calls.map(() => [heads]));
});

it('nothing is asked while there is no subscriber, and after the end', async () => {
  ledger.write('ada');
  await untilLooked(3);
  expect(ledger.asked).toEqual([]);
  await subscribe('ada').next();
  await vi.waitFor(() => expect(ledger.asked).toContain('moved heads'));
  await tail.close();
  ledger.asked.length = 0;
  await untilLooked(3);
  expect(ledger.asked).toEqual([]);
});

/** Another tail, of the same pace, has looked so often. */
async function untilLooked(times: number): Promise<void> {
  const resync = vi.fn(async () => undefined);
  const other = followTail({ resync }, 5);
  await vi.waitFor(() => expect(resync.mock.calls.length).toBeGreaterThanOrEqual(times));
  await other.close();
}
