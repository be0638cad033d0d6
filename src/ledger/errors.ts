import type { Decimal } from '../decimal.ts';
import { formatDecimal } from '../decimal.ts';
import { DomainError } from '../errors.ts';
import type { Balance } from './types.ts';

/** REJECT found less than was asked: nothing moved, nothing is recorded, and the key may be tried again. */
export class InsufficientBalanceError extends DomainError {
  readonly code = 'INSUFFICIENT_BALANCE';
  readonly required: Decimal;
  readonly remaining: Decimal;
  readonly balance: Balance;

  constructor(balance: Balance, required: Decimal) {
    super(
      `${formatDecimal(required)} of ${balance.featureId} were asked and ${formatDecimal(balance.remaining)} remain. Nothing was used.`,
    );
    this.required = required;
    this.remaining = balance.remaining;
    this.balance = balance;
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
