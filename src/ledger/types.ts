import type { Decimal } from '../decimal.ts';
import type { Interval } from '../interval.ts';

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
  readonly nextResetAt: Date | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  /** The number of the entry that made it. */
  readonly sequence: bigint;
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
  /** What was used of it, where it is unlimited; else zero. */
  readonly unlimitedUse: Decimal;
}

/** Immutable: one movement of one balance. Entries of a customer are numbered 1, 2, 3 … without a gap. */
export interface LedgerEntry {
  readonly customerId: string;
  readonly sequence: bigint;
  readonly featureId: string;
  readonly kind: LedgerEntryKind;
  /** Signed change of remaining, and the sum of the allocations' amounts. */
  readonly amount: Decimal;
  /** For USAGE: what was asked. */
  readonly requested: Decimal | null;
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

/** A grant that is to be made. Its id is the caller's (from ids.ts), so that a retry names the same grant. */
export interface NewGrant {
  readonly id: string;
  readonly featureId: string;
  readonly origin: 'INCLUDED' | 'BOUGHT' | 'MANUAL';
  readonly purchaseId: string | null;
  /** Zero where unlimited. */
  readonly amount: Decimal;
  readonly unlimited: boolean;
  readonly reset: Interval | null;
  readonly nextResetAt: Date | null;
  readonly expiresAt: Date | null;
}

/** One thing that a command asks of one balance. */
export type Posting =
  | { readonly verb: 'grant'; readonly grant: NewGrant; readonly reason: string | null }
  | {
      readonly verb: 'use';
      readonly featureId: string;
      /** Above zero. */
      readonly amount: Decimal;
      readonly onShortfall: ShortfallPolicy;
      readonly properties: JsonObject | null;
      /** null: now. */
      readonly occurredAt: Date | null;
    };

/** What must hold, or must happen, in the same transaction; `name` is that of a registered Effect. */
export interface EffectCall {
  readonly name: string;
  readonly input: unknown;
}

/**
 * What is asked of one customer's account: all of it happens, or nothing. A command has a key or effects, not both: what an effect does
 * once is the effect's own to know.
 */
export interface Command {
  readonly customerId: string;
  /** True for the command that opens the account; any other finds it or is refused. */
  readonly opensAccount?: boolean;
  readonly effects?: readonly EffectCall[];
  readonly postings: readonly Posting[];
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
}

/** The answer to a command: its entries, in order. */
export interface Posted {
  readonly entries: readonly LedgerEntry[];
  /** True where the key was answered before, and these are the entries of that time. */
  readonly replayed: boolean;
  /** False where an effect found it done already, and nothing was posted. */
  readonly applied: boolean;
}
