import type { Decimal } from '../../values/decimal.ts';
import type { Interval } from '../../values/interval.ts';

// The ledger's nouns: one number, one version, and every unit traceable from entry to grant to purchase.

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

/** What happens when more is asked than is there. */
export const SHORTFALL_POLICIES = ['CAP', 'REJECT', 'OVERDRAW'] as const;
export type ShortfallPolicy = (typeof SHORTFALL_POLICIES)[number];

/** What of an unused grant is carried into its next period. */
export interface Rollover {
  /** The most that is carried at any time; null: no bound. */
  readonly max: Decimal | null;
  /** The same, as a percentage of what is granted: 1 to 100; null: no bound. */
  readonly maxPercentage: number | null;
  /** How long what is carried can be used; null: forever. */
  readonly expiresAfter: Interval | null;
}

/** A credit system that pays for a feature. */
export interface Credit {
  /** Whose credits. */
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
  readonly granted: Decimal;
  readonly remaining: Decimal;
  readonly held: Decimal;
  readonly unlimited: boolean;
  /** What was used of an unlimited grant, whose granted and remaining stay zero. */
  readonly unlimitedUse: Decimal;
  readonly reset: Interval | null;
  /** null where its expiry comes first, too. */
  readonly nextResetAt: Date | null;
  readonly rollover: Rollover | null;
  readonly expiresAt: Date | null;
  /** Also the anchor from which its periods are counted. */
  readonly createdAt: Date;
  /** The number of the entry that made it. */
  readonly sequence: bigint;
  /** What an adjustment took off what is granted, until its next period begins. */
  readonly lowered: Decimal;
  /** When it expired or was voided: nothing remains of it then, and of what was granted only what is held still counts. */
  readonly endedAt: Date | null;
  /** The number of the entry that ended it. */
  readonly endedSequence: bigint | null;
}

/** The numbers of one balance at one moment. usage = granted − remaining − held + what was used of unlimited grants. */
export interface BalanceNumbers {
  readonly granted: Decimal;
  readonly remaining: Decimal;
  readonly held: Decimal;
  readonly usage: Decimal;
  readonly unlimited: boolean;
  readonly nextResetAt: Date | null;
  readonly nextExpiryAt: Date | null;
}

/** One customer's balance of one feature. Version v is entry v; 0 where nothing ever moved. */
export interface Balance extends BalanceNumbers {
  readonly customerId: string;
  readonly featureId: string;
  readonly version: bigint;
}

/** What one entry took from, or gave to, one grant. */
export interface Allocation {
  readonly grantId: string;
  /** Signed change of the grant's remaining. */
  readonly amount: Decimal;
  /** Signed change of what is held of it. */
  readonly held: Decimal;
  /** Signed change of what it counts as granted. */
  readonly granted: Decimal;
  /** Signed change of what was used of it, where it is unlimited. */
  readonly unlimitedUse: Decimal;
  /** What could not go back to it, because it has ended or is full. */
  readonly lost: Decimal;
}

/** Immutable: one movement of one balance. Entries of a customer are numbered 1, 2, 3 … without a gap. */
export interface LedgerEntry {
  readonly customerId: string;
  readonly sequence: bigint;
  readonly featureId: string;
  readonly kind: LedgerEntryKind;
  /** Signed change of remaining, and the sum of the allocations' amounts. */
  readonly amount: Decimal;
  /** What was asked: to use (USAGE, SETTLE), or to give back (REVERSAL). */
  readonly requested: Decimal | null;
  /** What was used, in the feature's units, whoever paid for it; below zero where it was given back. null where nothing was used. */
  readonly applied: Decimal | null;
  /** Where credits pay: how many units of the feature that they pay for. Of a REVERSAL: how many of its units fall on this balance. */
  readonly units: Decimal | null;
  /** Where credits pay: what one unit costs. */
  readonly cost: Decimal | null;
  /** The number of the entry that it belongs to: the use that these credits pay for, the use that is given back. */
  readonly cause: bigint | null;
  readonly holdId: string | null;
  readonly allocations: readonly Allocation[];
  /** The balance's numbers once this entry stood. */
  readonly after: BalanceNumbers;
  readonly idempotencyKey: string | null;
  readonly properties: JsonObject | null;
  readonly reason: string | null;
  readonly purchaseId: string | null;
  /** When it happened, as the caller says. */
  readonly occurredAt: Date;
  /** When the ledger took it. */
  readonly recordedAt: Date;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [key: string]: JsonValue };

export const HOLD_STATUSES = ['OPEN', 'SETTLED', 'RELEASED', 'EXPIRED'] as const;
/** Which status may follow which: hold-transitions.ts. */
export type HoldStatus = (typeof HOLD_STATUSES)[number];

/** Reserved for work whose price is known only at its end. */
export interface Hold {
  readonly customerId: string;
  readonly id: string;
  readonly featureId: string;
  /** Above zero, in the feature's units. */
  readonly amount: Decimal;
  readonly status: HoldStatus;
  /** What was used in the end; null unless SETTLED. */
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

/** What is chosen of one grant: to be used, or to be held. */
export interface Portion {
  readonly grantId: string;
  /** Of a finite grant. */
  readonly amount: Decimal;
  /** Of an unlimited one. */
  readonly unlimitedUse: Decimal;
}

export const USAGE_BUCKETS = ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const;
/** How long the buckets of a usage series are. */
export type UsageBucket = (typeof USAGE_BUCKETS)[number];

/** Whole buckets from `from` until before `to`. */
export interface UsageRequest {
  readonly customerId: string;
  readonly featureId: string;
  readonly from: Date;
  readonly to: Date;
  readonly bucket: UsageBucket;
}

/** An entry's name among all entries. A customer's id may have colons of its own; a number has none. */
export function entryIdOf({ customerId, sequence }: Pick<LedgerEntry, 'customerId' | 'sequence'>): string {
  return `${customerId}:${sequence}`;
}
