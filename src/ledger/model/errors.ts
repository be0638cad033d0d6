import { type Decimal, formatDecimal, larger } from '../../values/decimal.ts';
import { DomainError } from '../../values/errors.ts';
import type { Balance, Hold } from './types.ts';

/** REJECT found less than was asked: nothing moved, nothing is recorded, and the key may be tried again. */
export class InsufficientBalanceError extends DomainError {
  readonly code = 'INSUFFICIENT_BALANCE';
  readonly required: Decimal;
  /** What could be used of it, the feature's own and credits together, in the feature's units: never below zero. */
  readonly remaining: Decimal;
  /** The feature's own. */
  readonly balance: Balance;

  /** What is missing, in the feature's units, once every balance that may pay is counted; and what is overdrawn. */
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

/** The result would not fit into 26 digits before the point. Whoever knows the caller's word for the amount names the field. */
export class AmountOverflowError extends DomainError {
  readonly code = 'INVALID_INPUT';

  constructor(featureId: string) {
    super(`The balance of ${featureId} would grow beyond 26 digits before the point. Nothing was changed.`);
  }
}

/** What is to be given has expired already. */
export class GrantExpiredError extends DomainError {
  readonly code = 'INVALID_INPUT';

  constructor() {
    super('must be in the future');
  }
}

/** The hold is settled, released or lapsed: its outcome stands. */
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
    super(`There is no hold with the id ${JSON.stringify(holdId)}.`);
    this.holdId = holdId;
  }
}

export class GrantNotFoundError extends DomainError {
  readonly code = 'GRANT_NOT_FOUND';
  readonly grantId: string;

  constructor(grantId: string) {
    super(`There is no grant with the id ${JSON.stringify(grantId)}.`);
    this.grantId = grantId;
  }
}

/** What is asked cannot be done to this account. Whoever knows the caller's words gives it a path. */
export class RefusedError extends DomainError {
  readonly code = 'INVALID_INPUT';
  /** The ledger's word for what is wrong. */
  readonly field: 'amount' | 'entryId' | 'grantId' | 'by';

  constructor(field: RefusedError['field'], message: string) {
    super(message);
    this.field = field;
  }
}
