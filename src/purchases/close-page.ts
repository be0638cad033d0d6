import { type Database, writing } from '../database.ts';
import { refuseInput } from '../errors.ts';
import { asking } from './asking.ts';
import { cancelUnpaid } from './due/store.ts';
import type { Settlement } from './settle.ts';
import type { Purchase } from './types.ts';

/** Giving a purchase up that is not paid yet: the provider closes its page first, so that no payment can come any more. */
export interface ClosePageDeps {
  readonly database: Database;
  readonly settlement: Pick<Settlement, 'refresh' | 'close'>;
  readonly clock: { now(): Date };
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

/**
 * @returns the purchase, CANCELED, also where the provider does not have its page any more; or as it has become where the customer or
 * another caller was faster.
 * @throws InvalidInputError where a delayed payment is under way; UnavailableError where the provider cannot be reached.
 */
export async function closePage({ database, settlement, clock, find }: ClosePageDeps, purchase: Purchase): Promise<Purchase> {
  const closed = await asking('app', () => settlement.close(purchase));
  if (closed.status === 'PENDING') refuseProcessing();
  if (closed.status !== 'EXPIRED') return closed;
  await writing(() => cancelUnpaid(database.client, closed.id, clock.now()));
  return (await find(closed.id)) ?? closed;
}

function refuseProcessing(): never {
  refuseInput(['purchaseId'], 'is being paid, and the payment can no longer be stopped: it settles when the money is there');
}
