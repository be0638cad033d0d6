/** What the ledger answers and holds, in the model's words. */

import {
  AmountOverflowError,
  GrantExpiredError,
  HoldNotFoundError,
  HoldNotOpenError,
  InsufficientBalanceError,
  RefusedError,
  UsageLimitNotFoundError,
  UsageLimitReachedError,
} from '../../src/ledger/model/errors.ts';
import type { LedgerEntry } from '../../src/ledger/model/types.ts';
import type { UsageLimit } from '../../src/ledger/model/usage-limit.ts';
import { IdempotencyConflictError } from '../../src/values/errors.ts';
import type { Interval } from '../../src/values/interval.ts';
import { heldOf, usedOf } from './limits.ts';
import type { Account, Entry, Refusal } from './model.ts';
import { type GrantRow, instant, nameOf } from './tables.ts';

export function toldEntry(entry: LedgerEntry): Entry {
  const { after } = entry;
  return {
    number: Number(entry.sequence),
    feature: entry.featureId,
    kind: entry.kind,
    amount: entry.amount,
    requested: entry.requested,
    applied: entry.applied,
    units: entry.units,
    cost: entry.cost,
    cause: entry.cause === null ? null : Number(entry.cause),
    hold: entry.holdId,
    purchase: entry.purchaseId,
    at: entry.occurredAt.getTime(),
    parts: entry.allocations.map((each) => ({
      from: nameOf(each.grantId, entry.featureId),
      amount: each.amount,
      held: each.held,
      granted: each.granted,
      used: each.unlimitedUse,
      lost: each.lost,
    })),
    granted: after.granted,
    remaining: after.remaining,
    held: after.held,
    usage: after.usage,
    unlimited: after.unlimited,
    nextReset: instant(after.nextResetAt),
    nextExpiry: instant(after.nextExpiryAt),
  };
}

const REFUSALS = [
  [IdempotencyConflictError, 'CONFLICT'],
  [InsufficientBalanceError, 'INSUFFICIENT'],
  [UsageLimitReachedError, 'LIMITED'],
  [UsageLimitNotFoundError, 'NO_LIMIT'],
  [AmountOverflowError, 'OVERFLOW'],
  [HoldNotFoundError, 'NO_HOLD'],
  [HoldNotOpenError, 'HOLD_ENDED'],
  [GrantExpiredError, 'EXPIRED'],
  [RefusedError, 'REFUSED'],
] as const;

/** Anything but a refusal is thrown on. */
export function toldRefusal(error: unknown): Refusal {
  const refusal = REFUSALS.find(([kind]) => error instanceof kind);
  if (!refusal) throw error;
  return refusal[1];
}

/** What limits say, in the model's words, and in an order that both have. */
export function toldLimits(limits: readonly UsageLimit[]): readonly string[] {
  return limits
    .map(({ featureId, per, timeZone, max, used, held }) => sentence(featureId, per, timeZone, [max, used, held]))
    .sort();
}

/** The same of the model. */
export function modelLimits(account: Account, now: number): readonly string[] {
  return account.limits
    .map((each) =>
      sentence(each.feature, each.per, each.zone, [each.max, usedOf(account, each, now), heldOf(account, each.feature)]),
    )
    .sort();
}

function sentence(feature: string, { unit, count }: Interval, zone: string | null, [max, used, held]: readonly bigint[]): string {
  return `${feature} in ${count} ${unit} of ${zone ?? 'UTC'}: ${used} used and ${held} held of ${max}`;
}

type Standing = Pick<GrantRow, 'id' | 'remaining' | 'held' | 'used' | 'nextReset' | 'expires' | 'hasEnded'>;

/** The grants of some tables, as far as the model knows them, and in an order that both have. */
export function toldGrants(grants: readonly GrantRow[]): readonly Standing[] {
  return grants
    .map(({ id, remaining, held, used, nextReset, expires, hasEnded }): Standing => {
      return { id, remaining, held, used, nextReset, expires, hasEnded };
    })
    .sort(byId);
}

/** The same of the model. */
export function modelGrants({ deposits }: Account, nextReset: (deposit: Account['deposits'][number]) => number | null) {
  return deposits
    .map((each): Standing => {
      const { id, left: remaining, held, used, expires } = each;
      return { id, remaining, held, used, nextReset: nextReset(each), expires, hasEnded: each.ended !== null };
    })
    .sort(byId);
}

const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : 1);
