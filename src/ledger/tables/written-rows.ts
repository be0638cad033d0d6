/** Converts accounts, balances, hours of use and keys to rows of their tables. */
import { arrayLiteral } from '../../database/statement-values.ts';
import { type Decimal, formatDecimal } from '../../values/decimal.ts';
import type { AccountState } from '../model/account-state.ts';
import type { Balance } from '../model/types.ts';
import type { AnsweredCommand } from './answered.ts';
import type { Columns } from './columns.ts';
import { limitsToRow } from './limit-rows.ts';

/** What a batch adds to the use of a feature in one hour. */
export interface UsageHour {
  readonly customerId: string;
  readonly featureId: string;
  readonly hour: Date;
  readonly amount: Decimal;
}

export const usageToRow = ({ customerId, featureId, hour, amount }: UsageHour) => ({
  customer_id: customerId,
  feature_id: featureId,
  hour,
  amount: formatDecimal(amount),
});

export const USAGE_TYPES: Columns<ReturnType<typeof usageToRow>> = {
  customer_id: 'text',
  feature_id: 'text',
  hour: 'timestamptz',
  amount: 'numeric',
};

/** What the row of an account says. */
type AccountRow = Pick<AccountState, 'customerId' | 'sequence' | 'nextDueAt' | 'recordedAt' | 'limitsVersion'>;

export const accountToRow = ({ customerId, sequence, nextDueAt, recordedAt, limitsVersion }: AccountRow) => ({
  customer_id: customerId,
  sequence,
  next_due_at: nextDueAt,
  recorded_at: recordedAt,
  limits_version: limitsVersion,
});

export const ACCOUNT_TYPES: Columns<ReturnType<typeof accountToRow>> = {
  customer_id: 'text',
  sequence: 'int8',
  next_due_at: 'timestamptz',
  recorded_at: 'timestamptz',
  limits_version: 'int8',
};

/**
 * The list of frozen features is the text of an array: unnest would take lists apart. Limits are
 * JSON.
 */
export const changedAccountToRow = (account: AccountRow & Pick<AccountState, 'frozen' | 'limits'>) => ({
  ...accountToRow(account),
  frozen: account.frozen.length === 0 ? null : arrayLiteral(account.frozen),
  limits: limitsToRow(account.limits),
});

export const CHANGED_ACCOUNT_TYPES: Columns<ReturnType<typeof changedAccountToRow>> = {
  ...ACCOUNT_TYPES,
  frozen: 'text',
  limits: 'text',
};

export const balanceToRow = (balance: Balance) => ({
  customer_id: balance.customerId,
  feature_id: balance.featureId,
  granted: formatDecimal(balance.granted),
  remaining: formatDecimal(balance.remaining),
  held: formatDecimal(balance.held),
  usage: formatDecimal(balance.usage),
  unlimited: balance.unlimited,
  next_reset_at: balance.nextResetAt,
  next_expiry_at: balance.nextExpiryAt,
  version: balance.version,
});

export const BALANCE_TYPES: Columns<ReturnType<typeof balanceToRow>> = {
  customer_id: 'text',
  feature_id: 'text',
  granted: 'numeric',
  remaining: 'numeric',
  held: 'numeric',
  usage: 'numeric',
  unlimited: 'bool',
  next_reset_at: 'timestamptz',
  next_expiry_at: 'timestamptz',
  version: 'int8',
};

export const commandToRow = (command: AnsweredCommand & { readonly createdAt: Date }) => ({
  customer_id: command.customerId,
  idempotency_key: command.key,
  fingerprint: command.fingerprint,
  first_sequence: command.firstSequence,
  last_sequence: command.lastSequence,
  created_at: command.createdAt,
});

export const COMMAND_TYPES: Columns<ReturnType<typeof commandToRow>> = {
  customer_id: 'text',
  idempotency_key: 'text',
  fingerprint: 'text',
  first_sequence: 'int8',
  last_sequence: 'int8',
  created_at: 'timestamptz',
};
