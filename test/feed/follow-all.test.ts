import { describe, expect, it, vi } from 'vitest';
import { type CustomerBalanceChange, followAll } from '../../src/feed/follow-all.ts';
import { openStream } from '../../src/feed/stream.ts';
import { BEFORE_ALL, type PlacedEntry } from '../../src/ledger/order.ts';
import { openLog } from '../../src/platform/log.ts';
import { UnreadableError } from '../../src/values/errors.ts';
import { entryOf, peek, quiet } from './fake-ledger.ts';

/** Entries by position: some are visible, and some may still be committed. */
function openFakeOrder() {
  const visible = new Map<bigint, PlacedEntry>();
  const order = {
    asked: [] as string[],
    away: 0,
    /** What the next fence waits for. */
    isWriting: false,
    commit: (...positions: number[]) => {
      for (const position of positions.map(BigInt))
        visible.set(position, { position, entry: entryOf(`customer-${position}`, 'messages', 1n) });
    },
    async entriesFrom(position: bigint, limit: number) {
      order.asked.push(`${limit} from ${position}`);
      if (order.away > 0) {
        order.away -= 1;
        throw new UnreadableError('away');
      }
      const found = [...visible.values()].filter((each) => each.position >= position);
      return found.sort((a, b) => Number(a.position - b.position)).slice(0, limit);
    },
    async drawFence() {
      order.asked.push('fence');
      return '1';
    },
    isPast: async () => !order.isWriting,
  };
  return order;
}

function open(order: ReturnType<typeof openFakeOrder>) {
  const log = openLog('silent');
  return openStream<CustomerBalanceChange>(
    (waiter) => followAll(BEFORE_ALL, { order, log }, waiter),
    () => undefined,
  );
}

const customers = async (stream: AsyncIterator<CustomerBalanceChange>, count: number) => {
  const seen: string[] = [];
  while (seen.length < count) seen.push((await stream.next()).value.balance.customerId);
  return seen;
};

describe('a follower of all entries', () => {
  it('asks for no fence while nothing is missing', async () => {
    const order = openFakeOrder();
    order.commit(1, 2, 3);
    const stream = open(order);
    expect(await customers(stream, 3)).toEqual(['customer-1', 'customer-2', 'customer-3']);
    expect(order.asked).toEqual(['101 from 0']);
  });

  it('holds 100 entries at the most, however far behind it is, and reads on when they are taken', async () => {
    const order = openFakeOrder();
    order.commit(...Array.from({ length: 1_000 }, (_, index) => index + 1));
    const stream = open(order);
    await customers(stream, 1);
    await quiet();
    expect(order.asked).toEqual(['101 from 0']);
    await customers(stream, 150);
    expect(order.asked).toEqual(['101 from 0', '101 from 101']);
  });

  it('tells what comes before a gap, waits there, and tells the late entry before those behind it', async () => {
    const order = openFakeOrder();
    order.isWriting = true;
    order.commit(1, 3, 4);
    const stream = open(order);
    expect(await customers(stream, 1)).toEqual(['customer-1']);
    const next = peek(stream.next());
    await vi.waitFor(() => expect(order.asked.filter((each) => each === '101 from 1').length).toBeGreaterThan(2));
    expect(next.result).toBeUndefined();
    expect(order.asked.filter((each) => each === 'fence')).toHaveLength(1);
    order.commit(2);
    await vi.waitFor(() => expect(next.result?.value.balance.customerId).toBe('customer-2'));
    expect(await customers(stream, 2)).toEqual(['customer-3', 'customer-4']);
  });

  it('passes a gap that nothing can fill, and reads again before it does', async () => {
    const order = openFakeOrder();
    order.isWriting = true;
    order.commit(3);
    const stream = open(order);
    const next = peek(stream.next());
    await vi.waitFor(() => expect(order.asked).toContain('fence'));
    // The first is committed, and only then all writers have ended. The second never comes.
    order.commit(1);
    await vi.waitFor(() => expect(next.result?.value.balance.customerId).toBe('customer-1'));
    const third = peek(stream.next());
    await quiet();
    expect(third.result).toBeUndefined();
    order.isWriting = false;
    await vi.waitFor(() => expect(third.result?.value.balance.customerId).toBe('customer-3'));
  });

  it('goes on when a database that was away is back, and ends while it waits for one', async () => {
    vi.useFakeTimers();
    try {
      const order = openFakeOrder();
      order.away = 2;
      order.commit(1);
      const stream = open(order);
      const first = customers(stream, 1);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(await first).toEqual(['customer-1']);
      order.away = Number.POSITIVE_INFINITY;
      const end = stream.next();
      stream.wake();
      await vi.advanceTimersByTimeAsync(20);
      await stream.return?.();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(await end).toEqual({ done: true, value: undefined });
    } finally {
      vi.useRealTimers();
    }
  });
});
