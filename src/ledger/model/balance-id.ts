import type { Balance } from './types.ts';

/** The id of a balance wherever it is told, such as "user_123/premium_messages". */
export function balanceIdOf({ customerId, featureId }: Pick<Balance, 'customerId' | 'featureId'>): string {
  return `${encodeURIComponent(customerId)}/${featureId}`;
}
