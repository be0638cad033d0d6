/** Notes on a payment that the provider blocked an attempt to make it, as a risk of fraud. */
import { type Database, reading, writing } from '../../database/database.ts';
import type { Clock } from '../../values/clock.ts';
import type { Ids } from '../../values/ids.ts';
import { isOurs } from '../model/named.ts';
import type { Payment } from '../model/payments.ts';
import { MissingAtProviderError, type PaymentProvider } from '../model/provider.ts';
import type { ReturnHint } from '../model/provider-returns.ts';
import { succeededPayment } from '../model/succeeded-payment.ts';
import type { Purchase } from '../model/types.ts';
import type { HintOutcome } from '../reconcile/reconcile.ts';
import { findPaymentOf, insertPayments } from '../tables/payments.ts';
import { writeFraudWarning } from '../tables/write-returns.ts';

export interface NoteBlockedDeps {
  readonly database: Database;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly installationId: string;
  readonly provider: Pick<PaymentProvider, 'readBlocked' | 'readChargeOwner'>;
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

/**
 * Reads whether an attempt at this charge was blocked, and notes it. A charge of which no payment
 * is recorded becomes a FAILED one. If the customer pays it with another card, it SUCCEEDS with its
 * note.
 */
export async function noteBlocked(deps: NoteBlockedDeps, { chargeId }: ReturnHint): Promise<HintOutcome> {
  const { client } = deps.database;
  try {
    const warning = await deps.provider.readBlocked(chargeId);
    if (warning === null) return 'reconciled';
    const known = await reading(() => findPaymentOf(client, { chargeId }));
    const payment = known ?? (await recordFailed(deps, chargeId));
    if (typeof payment === 'string') return payment;
    await writing(() => writeFraudWarning(client, payment.id, warning));
    return 'reconciled';
  } catch (error) {
    if (error instanceof MissingAtProviderError) return 'missing';
    throw error;
  }
}

async function recordFailed(deps: NoteBlockedDeps, chargeId: string): Promise<Pick<Payment, 'id'> | HintOutcome> {
  const { database, ids, clock, installationId, provider, find } = deps;
  const owner = await provider.readChargeOwner(chargeId);
  if (!isOurs(owner, installationId)) return 'foreign';
  const purchase = await find(owner.purchaseId);
  if (!purchase?.total) return 'unknown';
  const openedIn = { account: purchase.paymentAccount, live: purchase.paymentLive ?? false };
  const attempt: Payment = {
    ...succeededPayment(
      purchase,
      { id: ids.next('payment'), source: 'CHECKOUT', amount: purchase.total, chargeId },
      { openedIn, now: clock.now() },
    ),
    ...{ status: 'FAILED', failureReason: 'The payment was declined.', settledAt: null },
  };
  await writing(() => insertPayments(database.client, [attempt]));
  // Another process may have recorded it first.
  return (await reading(() => findPaymentOf(database.client, { chargeId }))) ?? attempt;
}
