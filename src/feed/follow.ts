import type { LedgerReads } from '../ledger/reads.ts';
import { facts } from '../platform/facts.ts';
import type { Log } from '../platform/log.ts';
import { CustomerNotFoundError } from '../values/errors.ts';
import { type BalanceChange, type BalanceRequest, requestedBalances, snapshotMessages } from './balance-change.ts';
import type { Channel } from './channel.ts';
import { RETRY_MS, untilAnswered } from './retrying.ts';
import type { Waiter } from './stream.ts';

const handed = facts('change');

/** A reader that is further behind gets a snapshot. */
const MAX_BEHIND = 1_000n;

export interface FollowDeps {
  readonly reads: Pick<LedgerReads, 'snapshot' | 'sequence'>;
  readonly log: Log;
  readonly channel: Channel;
  /** Moves the head, and wakes everybody who follows this ledger. */
  readonly advance: (sequence: bigint) => void;
  /** The ledger was found to have gone back. */
  readonly rewind: (sequence: bigint) => void;
}

/**
 * The messages of one subscriber. It has joined its channel before it reads, so entries that are
 * committed meanwhile move the head. A newer head that it reads wakes the other subscribers too:
 * the later notification will not.
 */
export async function* follow(
  { customerId, featureIds, after }: BalanceRequest,
  { reads, log, channel, advance, rewind }: FollowDeps,
  waiter: Waiter,
): AsyncGenerator<BalanceChange, void> {
  const wanted = featureIds && new Set(featureIds);
  let cursor = after ?? -1n;
  if (after !== null) {
    const sequence = await untilAnswered(waiter, log, () => reads.sequence(customerId));
    if (sequence === undefined) return;
    advance(sequence);
  }
  let behind = after === null || after > channel.head;
  let { rewinds } = channel;
  while (!waiter.stopped) {
    if (rewinds !== channel.rewinds) {
      rewinds = channel.rewinds;
      behind ||= cursor > channel.rewoundTo;
    }
    if (behind || channel.head - cursor > MAX_BEHIND) {
      const heard = channel.head;
      const snapshot = await untilAnswered(waiter, log, () => reads.snapshot(customerId));
      if (waiter.stopped) return;
      // The customer was erased while somebody listened.
      if (!snapshot) throw new CustomerNotFoundError(customerId);
      if (snapshot.sequence < heard && channel.head === heard) rewind(snapshot.sequence);
      advance(snapshot.sequence);
      cursor = snapshot.sequence;
      behind = false;
      yield* snapshotMessages(requestedBalances(customerId, snapshot.balances, featureIds), cursor);
    } else if (channel.head > cursor) {
      const from = cursor;
      const kept = channel.keptAfter(from);
      const changes = kept.length > 0 ? kept : ((await untilAnswered(waiter, log, () => channel.readAfter(from))) ?? []);
      if (changes.length === 0) {
        await waiter.wait(RETRY_MS);
        behind = true;
      }
      for (const change of changes) {
        cursor = change.sequence;
        if (wanted && !wanted.has(change.balance.featureId)) continue;
        if (handed.isHeard && change.entry) handed.publish({ recordedAt: change.entry.recordedAt });
        yield change;
      }
    } else {
      await waiter.wait();
    }
  }
}
