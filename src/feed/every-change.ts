import type { EntryOrder, Place } from '../ledger/order.ts';
import type { Log } from '../platform/log.ts';
import { UnreadableError } from '../values/errors.ts';
import { readPlace, writePlace } from './every-cursor.ts';
import { type CustomerBalanceChange, followAll } from './follow-all.ts';
import { entriesAfter } from './ready.ts';
import { openStream, type Stream } from './stream.ts';

/**
 * Pushes the changes of all customers, to the app's server. A reader is a place in the order of all
 * entries and holds no queue, so it costs nothing while it is away, and goes on where it was.
 * Wake-ups make it quick; without any it looks once a second.
 */
export interface EveryChange {
  /**
   * The changes after a cursor, or from now on.
   * @throws InvalidInputError where it is none; CursorLostError where this ledger has no such
   * entry.
   */
  changes(after: string | null): Promise<AsyncIterableIterator<CustomerBalanceChange>>;
  /**
   * A cursor before which every entry is visible: balances that are read afterwards have all that
   * went before it.
   * @throws UnreadableError while a transaction that writes does not end.
   */
  cursor(): Promise<string>;
  /** Entries may have been committed. */
  wake(): void;
  /** The number of readers. */
  readonly readers: number;
  close(): void;
}

export interface EveryChangeDeps {
  readonly order: EntryOrder;
  readonly log: Log;
}

const LOOK_EVERY_MS = 20;
const CURSOR_WITHIN_MS = 5_000;

export function openEveryChange({ order, log }: EveryChangeDeps): EveryChange {
  const streams = new Set<Stream<CustomerBalanceChange>>();
  let closed = false;

  async function verified(place: Place): Promise<Place> {
    entriesAfter(place, await order.entriesFrom(place.position, 1));
    return place;
  }

  return {
    async changes(after) {
      const place = await (after === null ? order.newestPlace() : verified(readPlace(after)));
      const stream = openStream<CustomerBalanceChange>(
        (waiter) => followAll(place, { order, log }, waiter),
        () => void streams.delete(stream),
      );
      streams.add(stream);
      if (closed) stream.stop();
      return stream;
    },
    async cursor() {
      const place = await order.newestPlace();
      const fence = await order.drawFence();
      for (const until = performance.now() + CURSOR_WITHIN_MS; !(await order.isPast(fence)); ) {
        if (closed || performance.now() > until) throw new UnreadableError(STILL_WRITING);
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
      return writePlace(place);
    },
    wake() {
      for (const stream of streams) stream.wake();
    },
    get readers() {
      return streams.size;
    },
    close() {
      closed = true;
      for (const stream of streams) stream.stop();
    },
  };
}

const STILL_WRITING =
  'A transaction of this PostgreSQL server writes for longer than usual, so it is not known yet which entries come before ' +
  'this moment: try again when it has ended.';
