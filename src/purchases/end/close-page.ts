import { type Database, writing } from '../../database/database.ts';
import { refuseInput } from '../../values/errors.ts';
import { asItStands } from '../conclude/as-it-stands.ts';
import { asking } from '../conclude/asking.ts';
import type { Settlement } from '../conclude/settle.ts';
import type { Purchase } from '../model/types.ts';
import { cancelUnpaid } from '../tables/due.ts';

/** Giving a purchase up that is not paid yet: the provider closes its page first, so that no payment can come any more. */
export interface ClosePageDeps {
  readonly database: Database;
  readonly settlement: Pick<Settlement, 'refresh' | 'close'>;
  readonly clock: { now(): Date };
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

/**
 * @returns the purchase, CANCELED, or EXPIRED where that alone could be recorded; also where the provider does not have its page any more; or as it has become where the customer or
 * another caller was faster.
 * @throws InvalidInputError where a delayed payment is under way; UnavailableError where the provider cannot be reached; UnfinishedError
 * where its page is closed, perhaps, and that could not be recorded.
 */
export async function closePage({ database, settlement, clock, find }: ClosePageDeps, purchase: Purchase): Promise<Purchase> {
  const closed = await asking('app', purchase, () => settlement.close(purchase));
  if (closed.status === 'PENDING') refuseProcessing();
  if (closed.status !== 'EXPIRED') return closed;
  const endedAt = clock.now();
  // It has ended either way, and nobody can pay any more: EXPIRED is true of it, too.
  const isNamed = await writing(() => cancelUnpaid(database.client, closed.id, endedAt)).catch(() => false);
  const known = isNamed ? ({ ...closed, status: 'CANCELED', revision: closed.revision + 1, endedAt } as const) : closed;
  return asItStands(find, known, true);
}

function refuseProcessing(): never {
  refuseInput(['purchaseId'], 'is being paid, and the payment can no longer be stopped: it settles when the money is there');
}
