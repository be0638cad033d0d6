import { balanceAfter } from '../ledger/model/account-state.ts';
import type { Balance, LedgerEntry } from '../ledger/model/types.ts';
import type { EntryOrder, Place, PlacedEntry } from '../ledger/order.ts';
import type { Log } from '../platform/log.ts';
import { writePlace } from './every-cursor.ts';
import { entriesAfter, withoutGap } from './ready.ts';
import { untilAnswered } from './retrying.ts';
import type { Waiter } from './stream.ts';

/** A change of any customer's balance. */
export interface CustomerBalanceChange {
  /** As its entry left it. */
  readonly balance: Balance;
  readonly entry: LedgerEntry;
  /** To be passed as `after`. */
  readonly cursor: string;
}

export interface FollowAllDeps {
  readonly order: Pick<EntryOrder, 'entriesFrom' | 'drawFence' | 'isPast'>;
  readonly log: Log;
}

/** What a slow reader holds: 100 entries with the largest properties are 1.6 MB. */
const READ_AT_ONCE = 100;
/** After a commit others are waited for, so that one read finds them all. */
const GATHER_MS = 10;
/** How long a gap is waited for before it is looked at again. */
const GAP_FIRST_MS = 5;
const GAP_LAST_MS = 500;
/** A writing transaction usually takes milliseconds. */
const GAP_IS_LONG_MS = 10_000;

interface Gap {
  /** Once the fence is passed, nothing can come any more up to here. */
  readonly upTo: bigint;
  readonly fence: string;
  readonly since: number;
  readonly waitMs: number;
  readonly isLogged: boolean;
}

/**
 * The changes after a place, in the order of their positions. Positions are drawn before commits,
 * so the next entry may be one that is not visible yet. Where positions follow each other without a
 * gap, none can be missing. A gap holds the reader back until its entry comes, or until all
 * transactions have ended that could write it.
 *
 * What a fence has shown serves the read after it only. A server that takes over from a failed one
 * may give the same positions to other entries, and the place of the reader, which each read looks
 * at again, is all that is known of it.
 */
export async function* followAll(
  after: Place,
  { order, log }: FollowAllDeps,
  waiter: Waiter,
): AsyncGenerator<CustomerBalanceChange, void> {
  let place = after;
  let gap: Gap | undefined;
  let settled = 0n;
  while (!waiter.stopped) {
    const { position } = place;
    const found = await untilAnswered(waiter, log, () => order.entriesFrom(position, READ_AT_ONCE + 1));
    if (!found) return;
    const next = entriesAfter(place, found);
    const ready = withoutGap(position, next, settled);
    settled = 0n;
    const newest = next.at(-1);
    if (!newest) {
      gap = undefined;
      await waiter.wait();
      await pause(waiter, GATHER_MS);
    } else if (ready.length === 0) {
      gap ??= await untilAnswered(waiter, log, () => openGap(order, newest));
      if (!gap) return;
      const { fence, upTo } = gap;
      if (await untilAnswered(waiter, log, () => order.isPast(fence))) {
        gap = undefined;
        settled = upTo;
      } else {
        await pause(waiter, gap.waitMs);
        gap = longer(gap, log);
      }
    } else {
      gap = undefined;
      for (const each of ready) {
        place = { position: each.position, recordedAt: each.entry.recordedAt };
        yield { balance: balanceAfter(each.entry), entry: each.entry, cursor: writePlace(place) };
      }
    }
  }
}

async function openGap(order: Pick<EntryOrder, 'drawFence'>, newest: PlacedEntry): Promise<Gap> {
  const fence = await order.drawFence();
  return { upTo: newest.position, fence, since: performance.now(), waitMs: GAP_FIRST_MS, isLogged: false };
}

function longer(gap: Gap, log: Log): Gap {
  const isLong = performance.now() - gap.since > GAP_IS_LONG_MS;
  if (isLong && !gap.isLogged)
    log.warn('feed: balancesChanged waits for a transaction that began to write some time ago, in this or another database');
  return { ...gap, waitMs: Math.min(gap.waitMs * 2, GAP_LAST_MS), isLogged: isLong };
}

/** Waits although entries wake the reader, and not longer than the reader stays. */
async function pause(waiter: Waiter, ms: number): Promise<void> {
  const until = performance.now() + ms;
  for (let left = ms; left > 0 && !waiter.stopped; left = until - performance.now()) await waiter.wait(left);
}
