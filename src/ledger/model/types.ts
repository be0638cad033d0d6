import type { Decimal } from '../../values/decimal.ts';
import type { Interval } from '../../values/interval.ts';
import type { JsonObject } from '../../values/json.ts';

// The types of the ledger.

export const LEDGER_ENTRY_KINDS = [
  'GRANT',
  'USAGE',
  'REVERSAL',
  'RESET',
  'EXPIRY',
  'ROLLOVER',
  'ADJUSTMENT',
  'HOLD',
  'SETTLE',
  'RELEASE',
  'VOID',
  'CLAWBACK',
  'REINSTATEMENT',
] as const;
export type LedgerEntryKind = (typeof LEDGER_ENTRY_KINDS)[number];

export const GRANT_ORIGINS = ['INCLUDED', 'BOUGHT', 'MANUAL', 'ROLLED_OVER', 'OVERDRAFT'] as const;
/** Where a grant came from. OVERDRAFT is the one row of a balance that goes below zero. */
export type GrantOrigin = (typeof GRANT_ORIGINS)[number];

/**
 * What a CLAWBACK does about units that were used already. DEBT: they are owed, and the balance may
 * go below zero. FORGIVE: only what is left is taken. FREEZE: as DEBT, and the customer can use
 * nothing until no balance that was frozen is below zero.
 */
export const PAYMENT_RETURN_POLICIES = ['DEBT', 'FORGIVE', 'FREEZE'] as const;
export type PaymentReturnPolicy = (typeof PAYMENT_RETURN_POLICIES)[number];

/** What a track does if more is asked than remains. */
export const SHORTFALL_POLICIES = ['CAP', 'REJECT', 'OVERDRAW'] as const;
export type ShortfallPolicy = (typeof SHORTFALL_POLICIES)[number];

/** How much of an unused grant is carried into its next period. */
export interface Rollover {
  /** The most that is carried at any time. null: no limit. */
  readonly max: Decimal | null;
  /** The same as a percentage of what is granted, 1 to 100. null: no limit. */
  readonly maxPercentage: number | null;
  /** How long the carried amount can be used. null: forever. */
  readonly expiresAfter: Interval | null;
}

/** A credit system that pays for a feature. */
export interface Credit {
  /** The feature of the credit system. */
  readonly featureId: string;
  /** What one unit of the paid feature costs in credits, above zero. */
  readonly cost: Decimal;
}

/** An amount of a feature given once, with its own reset, expiry and origin. */
export interface Grant {
  readonly customerId: string;
  readonly id: string;
  readonly featureId: string;
  readonly origin: GrantOrigin;
  readonly purchaseId: string | null;
  /** The payment that paid for it; null: none that is known. */
  readonly paymentId: string | null;
  /** The period of a recurring purchase for which it was given; null: for none. */
  readonly period: Period | null;
  readonly granted: Decimal;
  readonly remaining: Decimal;
  readonly held: Decimal;
  readonly unlimited: boolean;
  /** What was used of an unlimited grant, whose granted and remaining stay zero. */
  readonly unlimitedUse: Decimal;
  readonly reset: Interval | null;
  /** null if it never resets again, for example because it expires first. */
  readonly nextResetAt: Date | null;
  /** It resets only before this instant: what comes after is not paid yet. null: no limit. */
  readonly resetsUntil: Date | null;
  readonly rollover: Rollover | null;
  readonly expiresAt: Date | null;
  /** Its periods are counted from here. */
  readonly createdAt: Date;
  /** The number of the entry that made it. */
  readonly sequence: bigint;
  /**
   * What adjustments took off `granted` since its period began. It comes back with the next one.
   * Below zero: what a returned payment takes off once it is free, or with the next period.
   */
  readonly lowered: Decimal;
  /**
   * When it expired or was voided. From then on nothing remains, and only what is held counts as
   * granted.
   */
  readonly endedAt: Date | null;
  /** The number of the entry that ended it. */
  readonly endedSequence: bigint | null;
  /** What was left of it when it ended, and what came back from holds later. */
  readonly lapsed: Decimal;
  /** It was unlimited until its payment was returned. */
  readonly unlimitedTaken: boolean;
  /** What was left of it when a returned payment took it. */
  readonly takenBack: Decimal;
  /** What was used or held of it when its payment was returned, and what others owe for it. */
  readonly owed: Decimal;
}

/** From `start` until before `end`. */
export interface Period {
  readonly start: Date;
  readonly end: Date;
}

/**
 * The numbers of one balance at one moment. usage = granted − remaining − held + what was used of
 * unlimited grants.
 */
export interface BalanceNumbers {
  readonly granted: Decimal;
  readonly remaining: Decimal;
  readonly held: Decimal;
  readonly usage: Decimal;
  readonly unlimited: boolean;
  readonly nextResetAt: Date | null;
  readonly nextExpiryAt: Date | null;
}

/**
 * One customer's balance of one feature. Version v is that of entry v; 0 before the first entry.
 */
export interface Balance extends BalanceNumbers {
  readonly customerId: string;
  readonly featureId: string;
  readonly version: bigint;
}

/** What one entry changed of one grant. */
export interface Allocation {
  readonly grantId: string;
  /** Signed change of the grant's remaining. */
  readonly amount: Decimal;
  /** Signed change of what is held of it. */
  readonly held: Decimal;
  /** Signed change of what it counts as granted. */
  readonly granted: Decimal;
  /** Signed change of what was used of an unlimited grant. */
  readonly unlimitedUse: Decimal;
  /** What could not go back to it, because the grant has ended or is full. */
  readonly lost: Decimal;
}

/**
 * Immutable: one movement of one balance. Entries of a customer are numbered 1, 2, 3 … without a
 * gap.
 */
export interface LedgerEntry {
  readonly customerId: string;
  readonly sequence: bigint;
  readonly featureId: string;
  readonly kind: LedgerEntryKind;
  /** Signed change of remaining, and the sum of the allocations' amounts. */
  readonly amount: Decimal;
  /**
   * The amount that was asked: to use (USAGE, SETTLE), to give back (REVERSAL, REINSTATEMENT) or to
   * take back (CLAWBACK).
   */
  readonly requested: Decimal | null;
  /**
   * What was used in the feature's units, from its own balance or credits. Below zero if it was
   * given back, null if the entry is no use.
   */
  readonly applied: Decimal | null;
  /**
   * On an entry of credits: how many units of the feature they pay for. On a REVERSAL: how many of
   * its units go back to this balance.
   */
  readonly units: Decimal | null;
  /** On an entry of credits: what one unit costs. */
  readonly cost: Decimal | null;
  /**
   * The number of the entry it belongs to: the use that these credits pay for, or that is given
   * back.
   */
  readonly cause: bigint | null;
  readonly holdId: string | null;
  readonly allocations: readonly Allocation[];
  /** The balance's numbers after this entry. */
  readonly after: BalanceNumbers;
  readonly idempotencyKey: string | null;
  readonly properties: JsonObject | null;
  readonly reason: string | null;
  readonly purchaseId: string | null;
  /** The payment that paid for it (GRANT, ROLLOVER) or was returned (CLAWBACK, REINSTATEMENT). */
  readonly paymentId: string | null;
  /** The refund, or the dispute, that a CLAWBACK or REINSTATEMENT comes of. */
  readonly refundId: string | null;
  readonly disputeId: string | null;
  /** Who asked for it, and with which request, as the command had it; null where nobody did. */
  readonly madeBy: string | null;
  /** When it happened, as the caller reported. */
  readonly occurredAt: Date;
  /** When the ledger recorded it. */
  readonly recordedAt: Date;
}

export const HOLD_STATUSES = ['OPEN', 'SETTLED', 'RELEASED', 'EXPIRED'] as const;
/** Which status may follow which: hold-transitions.ts. */
export type HoldStatus = (typeof HOLD_STATUSES)[number];

/** An amount reserved for work whose price is known only at its end. */
export interface Hold {
  readonly customerId: string;
  readonly id: string;
  readonly featureId: string;
  /** Above zero, in the feature's units. */
  readonly amount: Decimal;
  readonly status: HoldStatus;
  /** What was used; null unless SETTLED. */
  readonly settledAmount: Decimal | null;
  /** The feature's own part first, then the credits'. */
  readonly parts: readonly HoldPart[];
  readonly createdAt: Date;
  /** When it lapses by itself. */
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
}

/** What a hold reserves of one balance. */
export interface HoldPart {
  readonly featureId: string;
  /** What one unit of the hold's feature costs in credits; null for the feature's own part. */
  readonly cost: Decimal | null;
  /** How many units of the hold's feature it covers. */
  readonly units: Decimal;
  readonly portions: readonly Portion[];
}

/** The part of a use or hold that one grant covers. */
export interface Portion {
  readonly grantId: string;
  /** Of a finite grant. */
  readonly amount: Decimal;
  /** Of an unlimited one. */
  readonly unlimitedUse: Decimal;
}

/** The id of an entry in the API. A customer's id may contain colons; the last one ends it. */
export function entryIdOf({ customerId, sequence }: Pick<LedgerEntry, 'customerId' | 'sequence'>): string {
  return `${customerId}:${sequence}`;
}
