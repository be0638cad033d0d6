/** Reconciles the payment of a charge that a provider's event about returned money names. */
import { reading } from '../../database/database.ts';
import { UnavailableError } from '../../values/errors.ts';
import { isOurs } from '../model/named.ts';
import type { Payment } from '../model/payments.ts';
import { MissingAtProviderError } from '../model/provider.ts';
import type { ReturnHint } from '../model/provider-returns.ts';
import type { Purchase } from '../model/types.ts';
import type { HintOutcome, Reconciliation } from '../reconcile/reconcile.ts';
import { findPaymentOf } from '../tables/payments.ts';
import { reconcilePayment } from './reconcile-payment.ts';
import type { ReturnsDeps } from './returns-deps.ts';

export interface ReconcileReturnedDeps extends ReturnsDeps {
  readonly reconciliation: Pick<Reconciliation, 'reconcile'>;
}

/**
 * Reconciles what was returned of a charge.
 *
 * The event may come before the one that says that the charge was paid. Then the purchase that the
 * charge names is reconciled first, which records the payment.
 * @throws UnavailableError where the purchase is not known to be paid yet: the event is sent again.
 */
export async function reconcileReturned(deps: ReconcileReturnedDeps, { chargeId }: ReturnHint): Promise<HintOutcome> {
  try {
    const payment = await paymentOf(deps, chargeId);
    if (typeof payment === 'string') return payment;
    await reconcilePayment(deps, payment.id);
    return 'reconciled';
  } catch (error) {
    if (!(error instanceof MissingAtProviderError)) throw error;
    deps.log.error({ chargeId }, 'purchases: the provider speaks of a returned charge that the present key does not see');
    return 'missing';
  }
}

async function paymentOf(deps: ReconcileReturnedDeps, chargeId: string): Promise<Payment | HintOutcome> {
  const { database, provider, installationId, reconciliation, log } = deps;
  const find = () => reading(() => findPaymentOf(database.client, { chargeId }));
  const known = await find();
  if (known?.status === 'SUCCEEDED') return known;
  const owner = known ? { purchaseId: known.purchaseId, installationId } : await provider.readChargeOwner(chargeId);
  if (!isOurs(owner, installationId)) return 'foreign';
  const { purchaseId } = owner;
  const purchase = await reconciliation.reconcile(purchaseId);
  const learned = await find();
  if (learned?.status === 'SUCCEEDED') return learned;
  if (!purchase) {
    log.warn({ chargeId, purchaseId }, 'purchases: a returned charge names a purchase that is not here');
    return 'unknown';
  }
  if (isStillToBePaid(purchase))
    throw new UnavailableError('The purchase of a returned charge is not paid yet, as far as is known.');
  log.error(
    { chargeId, purchaseId },
    'purchases: money was returned of a charge that no payment names: take back what it granted with voidGrant or adjustBalance',
  );
  return 'unknown';
}

/** A purchase whose payment may be recorded in a moment. */
function isStillToBePaid({ status, settledAt }: Purchase): boolean {
  return status === 'PENDING' && settledAt === null;
}
