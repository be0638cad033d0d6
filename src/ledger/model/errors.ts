import { type Decimal, formatDecimal, larger } from '../../values/decimal.ts';
import { DomainError } from '../../values/errors.ts';
import { formatInterval } from '../../values/interval.ts';
import type { Balance, Hold } from './types.ts';
import type { UsageLimit } from './usage-limit.ts';

/** REJECT found less than was asked. Nothing was used or recorded, so the key can be used again. */
export class InsufficientBalanceError extends DomainError {
  readonly code = 'INSUFFICIENT_BALANCE';
  readonly required: Decimal;
  /**
   * What could be used of it, from the feature's own balance and credits, in the feature's units.
   * Never below zero.
   */
  readonly remaining: Decimal;
  /** The feature's own balance. */
  readonly balance: Balance;

  /**
   * What is missing after all balances that may pay, plus what is overdrawn, in the feature's
   * units.
   */
  readonly shortfall: Decimal;

  constructor(balance: Balance, required: Decimal, missing: Decimal) {
    const remaining = required - missing;
    super(
      `${formatDecimal(required)} of ${balance.featureId} were asked and ${formatDecimal(remaining)} remain. Nothing was used.`,
    );
    this.required = required;
    this.remaining = remaining;
    this.balance = balance;
    this.shortfall = missing + larger(-balance.remaining, 0n);
  }
}

/**
 * A limit leaves less than a REJECT or a hold asked. Nothing was used or recorded, so the key can
 * be used again.
 */
export class UsageLimitReachedError extends DomainError {
  readonly code = 'USAGE_LIMIT_REACHED';
  /** What was asked, in units of the feature that was to be used. */
  readonly required: Decimal;
  /** That feature's own balance. */
  readonly balance: Balance;
  readonly usageLimit: UsageLimit;

  constructor(usageLimit: UsageLimit, balance: Balance, required: Decimal) {
    const { featureId, max, remaining, per, resetsAt } = usageLimit;
    super(
      `${formatDecimal(required)} of ${balance.featureId} were asked. The limit of ${formatDecimal(max)} of ${featureId} per ${formatInterval(per)} leaves ${formatDecimal(remaining)} until ${resetsAt.toISOString()}. Nothing was used.`,
    );
    this.required = required;
    this.balance = balance;
    this.usageLimit = usageLimit;
  }
}

/** There is no such limit, or it was removed. */
export class UsageLimitNotFoundError extends DomainError {
  readonly code = 'USAGE_LIMIT_NOT_FOUND';
  readonly usageLimitId: string;

  constructor(usageLimitId: string) {
    super(`There is no usage limit with the id ${JSON.stringify(usageLimitId)}.`, { facts: { usageLimitId } });
    this.usageLimitId = usageLimitId;
  }
}

/**
 * The result would not fit into 26 digits before the point. The verb adds the path of the caller's
 * field.
 */
export class AmountOverflowError extends DomainError {
  readonly code = 'INVALID_INPUT';

  constructor(featureId: string) {
    super(`The balance of ${featureId} would grow beyond 26 digits before the point. Nothing was changed.`);
  }
}

/** The new grant would have expired already. */
export class GrantExpiredError extends DomainError {
  readonly code = 'INVALID_INPUT';

  constructor() {
    super('must be in the future');
  }
}

/** The hold is settled, released or lapsed, and stays so. */
export class HoldNotOpenError extends DomainError {
  readonly code = 'HOLD_NOT_OPEN';
  readonly hold: Hold;

  constructor(hold: Hold) {
    super(`The hold ${JSON.stringify(hold.id)} is ${hold.status.toLowerCase()} already. Nothing was changed.`);
    this.hold = hold;
  }
}

export class HoldNotFoundError extends DomainError {
  readonly code = 'HOLD_NOT_FOUND';
  readonly holdId: string;

  constructor(holdId: string) {
    super(`There is no hold with the id ${JSON.stringify(holdId)}.`, { facts: { holdId } });
    this.holdId = holdId;
  }
}

export class GrantNotFoundError extends DomainError {
  readonly code = 'GRANT_NOT_FOUND';
  readonly grantId: string;

  constructor(grantId: string) {
    super(`There is no grant with the id ${JSON.stringify(grantId)}.`, { facts: { grantId } });
    this.grantId = grantId;
  }
}

/** The account does not allow the command. The verb adds the path of the caller's field. */
export class RefusedError extends DomainError {
  readonly code = 'INVALID_INPUT';
  /** The ledger's name of the field that is wrong. */
  readonly field: 'amount' | 'entryId' | 'grantId' | 'by' | 'customerId';

  constructor(field: RefusedError['field'], message: string) {
    super(message);
    this.field = field;
  }
}
