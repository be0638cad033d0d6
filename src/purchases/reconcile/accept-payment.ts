/** The verb acceptPayment: grants a purchase although its payment is not what was asked. */
import { z } from 'zod';
import { type Database, reading } from '../../database/database.ts';
import { PurchaseNotFoundError, refuseInput } from '../../values/errors.ts';
import * as schemas from '../../values/input.ts';
import { refusedAt } from '../model/errors.ts';
import { isUnsettled } from '../model/settles.ts';
import type { Purchase } from '../model/types.ts';
import { findPaymentsOfPurchases } from '../tables/payments.ts';
import { findRefundsOfPayments } from '../tables/returns.ts';
import { askProvider } from './ask-provider.ts';
import type { Reconciliation } from './reconcile.ts';

export interface AcceptPaymentDeps {
  readonly database: Database;
  readonly reconciliation: Pick<Reconciliation, 'accept'>;
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

const acceptInput = z.object({ purchaseId: schemas.id });

/**
 * Accepts the payment that a PENDING purchase shows as not settling it: the purchase becomes ACTIVE
 * and grants all that it asked for. Accepting twice is accepting once.
 * @throws PurchaseNotFoundError; InvalidInputError where there is no such payment, some of it is
 * given back, or a balance has no room for what the purchase gives; UnavailableError where the
 * payment provider cannot be reached.
 */
export async function acceptPayment({ database, reconciliation, find }: AcceptPaymentDeps, input: unknown): Promise<Purchase> {
  const { purchaseId } = schemas.readInput(acceptInput, input);
  const purchase = await find(purchaseId);
  if (!purchase) throw new PurchaseNotFoundError(purchaseId);
  if (purchase.status === 'ACTIVE' && purchase.total) return purchase;
  if (!isUnsettled(purchase))
    refuseInput(['purchaseId'], `is ${purchase.status}, and has no payment that waits for being accepted`);
  if (await isReturned(database, purchaseId))
    refuseInput(['purchaseId'], 'has a payment of which some is given back: refund the rest, and attach the plan again');
  return askProvider('app', purchase, () => reconciliation.accept(purchase).catch(refusedAt('purchaseId')));
}

async function isReturned({ client }: Database, purchaseId: string): Promise<boolean> {
  const [payments = []] = await reading(() => findPaymentsOfPurchases(client, [purchaseId]));
  const refunds = await reading(() =>
    findRefundsOfPayments(
      client,
      payments.map(({ id }) => id),
    ),
  );
  return refunds.flat().some(({ status }) => status !== 'FAILED');
}
