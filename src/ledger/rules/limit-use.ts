/**
 * Counts what entries use, and what holds reserve, of an account's limits, and says what is left.
 * Nothing happens in an account without limits.
 */
import { type Decimal, smaller } from '../../values/decimal.ts';
import type { AccountState } from '../model/account-state.ts';
import type { Hold, LedgerEntry } from '../model/types.ts';
import { atMoment, type KeptLimit, limitsAt, reservedOf, tightest, type UsageLimit } from '../model/usage-limit.ts';

/** The limit that leaves the least of a feature for the next use; undefined: nothing limits it. */
export function limitOn({ customerId, limits, recordedAt }: AccountState, featureId: string, now: Date): UsageLimit | undefined {
  if (limits.length === 0) return undefined;
  const moment = recordedAt && recordedAt > now ? recordedAt : now;
  return tightest(limitsAt(customerId, limits, moment), featureId);
}

/** The limits after an entry: a use counts in the window in which it is recorded. */
export function withEntry(state: AccountState, entry: LedgerEntry): AccountState['limits'] {
  const { featureId, applied, recordedAt } = entry;
  if (state.limits.length === 0 || applied === null || applied === 0n) return state.limits;
  const usedAt = entry.kind === 'REVERSAL' ? useOf(state, entry)?.recordedAt : recordedAt;
  return ofFeature(state.limits, featureId, (kept) => {
    const limit = atMoment(kept, recordedAt);
    // What was used in an earlier window frees nothing of this one.
    const counts = usedAt !== undefined && usedAt >= limit.windowStart;
    return counts ? { ...limit, used: limit.used + applied } : limit;
  });
}

/** The limits after a hold was placed or ended. */
export function withHold(state: AccountState, before: Hold | undefined, hold: Hold): AccountState['limits'] {
  if (state.limits.length === 0) return state.limits;
  return state.limits.map((limit) => {
    const change = reservedOf(hold, limit.featureId) - (before ? reservedOf(before, limit.featureId) : 0n);
    return change === 0n ? limit : { ...limit, held: limit.held + change };
  });
}

/** What a limit leaves of an amount that is asked. */
export function within(limit: UsageLimit | undefined, asked: Decimal): Decimal {
  return limit ? smaller(asked, limit.remaining) : asked;
}

/** The use that an entry gives back. */
function useOf({ families }: AccountState, { cause }: LedgerEntry): LedgerEntry | undefined {
  return cause === null ? undefined : families.get(cause)?.find(({ sequence }) => sequence === cause);
}

function ofFeature(limits: readonly KeptLimit[], featureId: string, change: (limit: KeptLimit) => KeptLimit) {
  return limits.map((limit) => (limit.featureId === featureId ? change(limit) : limit));
}
