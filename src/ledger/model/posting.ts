import type { Decimal } from '../../values/decimal.ts';
import type { Interval } from '../../values/interval.ts';
import type { JsonObject } from '../../values/json.ts';
import type { Credit, Grant, GrantOrigin, LedgerEntry, PaymentReturnPolicy, Period, Rollover, ShortfallPolicy } from './types.ts';
import type { LimitName, UsageLimit } from './usage-limit.ts';

// The commands of the ledger. A command applies all of its postings to one customer's account, or
// none.

/** A grant to make. The caller chooses its id (ids.ts), so that a retry names the same grant. */
export interface NewGrant {
  readonly id: string;
  readonly featureId: string;
  readonly origin: Exclude<GrantOrigin, 'OVERDRAFT'>;
  readonly purchaseId: string | null;
  /** The payment that pays for it: what a clawback names. Left out or null: none. */
  readonly paymentId?: string | null;
  /** The period of a recurring purchase for which it is given. `renew` sets it. */
  readonly period?: Period | null;
  /** Zero where unlimited. */
  readonly amount: Decimal;
  readonly unlimited: boolean;
  readonly reset: Interval | null;
  readonly rollover: Rollover | null;
  readonly expiresAt: Date | null;
  /** How long it lasts after it is made, if `expiresAt` is null. */
  readonly expiresAfter?: Interval | null;
  /** It resets only before this instant. Left out or null: for as long as it lasts. */
  readonly resetsUntil?: Date | null;
  /**
   * A past instant at which the grant should have been made: it counts from then. Left out: now.
   */
  readonly since?: Date;
  /** Set if it continues an earlier grant of the customer. */
  readonly continues?: {
    /** The instant from which its periods are counted. */
    readonly anchor: Date;
    /**
     * What was used in this period already. It is taken off the amount, or counts as use if the
     * grant is unlimited.
     */
    readonly used: Decimal;
    /** When that period ends, from which `used` no longer counts. null: never. */
    readonly usedUntil: Date | null;
  };
}

/** One thing that a command asks of one balance. */
export type Posting =
  | { readonly verb: 'grant'; readonly grant: NewGrant; readonly reason: string | null }
  | {
      readonly verb: 'track';
      readonly featureId: string;
      /** Above zero. */
      readonly amount: Decimal;
      readonly onShortfall: ShortfallPolicy;
      /** Who pays once the feature's own balance is used up, in this order. */
      readonly credits: readonly Credit[];
      readonly properties: JsonObject | null;
      /** null: now. */
      readonly occurredAt: Date | null;
    }
  | {
      readonly verb: 'hold';
      readonly holdId: string;
      readonly featureId: string;
      /** Above zero. */
      readonly amount: Decimal;
      readonly credits: readonly Credit[];
      /** How long it lasts from when it is placed, above zero. */
      readonly expiresInMs: number;
    }
  | {
      readonly verb: 'settle';
      readonly holdId: string;
      /** What was really used: zero or above, and more than was held as far as it goes. */
      readonly amount: Decimal;
      readonly credits: readonly Credit[];
      readonly properties: JsonObject | null;
    }
  | { readonly verb: 'release'; readonly holdId: string }
  | {
      readonly verb: 'reverse';
      /** The number of the USAGE or SETTLE entry. */
      readonly sequence: bigint;
      /** Above zero; null: all that is left of it. */
      readonly amount: Decimal | null;
      readonly reason: string | null;
    }
  | {
      readonly verb: 'adjust';
      readonly featureId: string;
      /** Names the grant that an upward adjustment makes. */
      readonly grantId: string;
      readonly to: { readonly remaining: Decimal } | { readonly by: Decimal };
      readonly reason: string | null;
    }
  /** What a customer begins with: below zero, what the customer already owes. */
  | {
      readonly verb: 'opening';
      readonly featureId: string;
      /** Names the grant that an opening above zero makes. */
      readonly grantId: string;
      readonly amount: Decimal;
      /** When it expires; null: never. Only of an opening above zero. */
      readonly expiresAt: Date | null;
      readonly reason: string | null;
    }
  | { readonly verb: 'void'; readonly featureId: string; readonly grantId: string; readonly reason: string | null }
  /** Ends what a purchase includes or gives for a period; what was bought once stays. */
  | { readonly verb: 'end'; readonly featureId: string; readonly purchaseId: string; readonly reason: string | null }
  /** Lets what a purchase includes expire at an instant, unless it does so before. */
  | {
      readonly verb: 'limit';
      readonly featureId: string;
      readonly purchaseId: string;
      readonly until: Date;
      readonly reason: string | null;
    }
  /** Limits what is used of a feature in each window of the calendar, or changes the limit. */
  | (LimitName & {
      readonly verb: 'setUsageLimit';
      /** Whose calendar the windows follow; null: that of UTC. */
      readonly timeZone: string | null;
      /** Zero or above. */
      readonly max: Decimal;
    })
  /** Removes a limit that was set for the customer. */
  | ({ readonly verb: 'removeUsageLimit' } & Omit<LimitName, 'purchaseId'>)
  /** Removes the limits that the plan of a purchase set. */
  | { readonly verb: 'endUsageLimits'; readonly purchaseId: string }
  /** Takes back what a payment granted of a feature, or gives it again. */
  | {
      readonly verb: 'clawback';
      readonly featureId: string;
      readonly paymentId: string;
      /**
       * What shall be taken back in all, zero or above, however often it is asked. Above what the
       * payment granted: all of it. An unlimited grant is taken by a total above zero that is all
       * that the payment granted besides, and is given again by a lower one.
       */
      readonly total: Decimal;
      readonly policy: PaymentReturnPolicy;
      /** What asks for it, for the entry. */
      readonly refundId: string | null;
      readonly disputeId: string | null;
      readonly reason: string | null;
    }
  /**
   * Ends what a recurring purchase gave of a feature for earlier periods, carries on what rolls
   * over, and makes the grants of this period.
   */
  | {
      readonly verb: 'renew';
      readonly featureId: string;
      readonly purchaseId: string;
      /** All of this feature and purchase. */
      readonly grants: readonly NewGrant[];
      readonly period: Period;
      /** The purchase of the same plan whose place this one takes. Left out: none. */
      readonly takesPlaceOf?: {
        readonly purchaseId: string;
        /**
         * What was credited of what its period cost. Use of the credited part stays used, so that
         * it is not given again; zero: all of the period stays paid.
         */
        readonly credit: { readonly amount: Decimal; readonly of: Decimal };
      };
      readonly reason: string | null;
    };

export type PostingOf<Verb extends Posting['verb']> = Extract<Posting, { verb: Verb }>;

/**
 * What must hold, or must happen, in the same transaction; `name` is that of a registered Effect.
 */
export interface EffectCall {
  readonly name: string;
  readonly input: unknown;
}

/**
 * What is asked of one customer's account: all of it happens, or nothing. A command has a key or
 * effects, not both: what an effect does once is the effect's own to know. Without postings it only
 * makes the account catch up.
 */
export interface Command {
  readonly customerId: string;
  /** True for the command that opens the account; any other finds it or is refused. */
  readonly opensAccount?: boolean;
  readonly effects?: readonly EffectCall[];
  readonly postings: readonly Posting[];
  readonly idempotency?: { readonly key: string; readonly fingerprint: string };
  /** Who asks for it, for its entries. The ledger does not know what it says. */
  readonly madeBy?: string | undefined;
  /**
   * Use from before the customer's ledger began. It is counted in the hours of use, once each, and
   * moves no balance. Left out: none.
   */
  readonly pastUse?: readonly PastUse[];
  /** Lets time run ahead of the clock for this account. */
  readonly ahead?: Ahead;
}

/** What was used of a feature in one hour, above zero. */
export interface PastUse {
  readonly featureId: string;
  /** The beginning of the hour. */
  readonly hour: Date;
  readonly amount: Decimal;
}

/** What is due until an instant happens, each change as if it were made at its own. */
export interface Ahead {
  readonly until: Date;
  /** Bounds a transaction: time stops after so many instants at which something was due. */
  readonly maxInstants: number;
}

/**
 * The answer to a command: its entries, in order. What time made due before it is not among them.
 */
export interface Posted {
  readonly entries: readonly LedgerEntry[];
  /** True where the key was answered before, and these are the entries of that time. */
  readonly replayed: boolean;
  /** False where an effect found it done already, and nothing was posted. */
  readonly applied: boolean;
  /**
   * A grant that it made or changed, as it left it; undefined where it is not known any more: of a
   * command that is replayed.
   */
  readonly grantAfter?: (grant: Pick<Grant, 'featureId' | 'id'>) => Grant | undefined;
  /** The limits as it found and as it left them; left out where the command is replayed. */
  readonly limits?: () => LimitsAround;
}

/** The limits of an account before and after a command. */
export interface LimitsAround {
  readonly before: readonly UsageLimit[];
  readonly after: readonly UsageLimit[];
}
