import type { Catalog } from '../../catalog/catalog.ts';
import { type Database, writing } from '../../database/database.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Log } from '../../platform/log.ts';
import type { Clock } from '../../values/clock.ts';
import type { Ids } from '../../values/ids.ts';
import { formatMoney } from '../../values/money.ts';
import { type Checkout, MissingAtProviderError, type PaymentProvider } from '../model/provider.ts';
import { isUnsettled, type Purchase } from '../model/types.ts';
import * as payment from '../tables/payment.ts';
import { asItStands } from './as-it-stands.ts';
import { settlePaid } from './settle-paid.ts';

/** What follows from a checkout, as the provider has it, for the purchase that it is for. */

export interface SettlementDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly ledger: Pick<Ledger, 'post' | 'reads'>;
  readonly catalog: Pick<Catalog, 'planVersion'>;
  readonly provider: PaymentProvider;
  /** Which Brim this is, of several that may use one payment account. */
  readonly installationId: string;
}

export interface ConclusionDeps extends SettlementDeps {
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

/** @returns what makes a purchase agree with a checkout that was just read. */
export function conclusions(deps: ConclusionDeps): (purchase: Purchase, checkout: Checkout) => Promise<Purchase> {
  const { client } = deps.database;

  async function conclude(purchase: Purchase, checkout: Checkout): Promise<Purchase> {
    const { id, checkoutId } = purchase;
    const { state } = checkout;
    if (checkoutId !== null && checkout.id !== checkoutId) return concludeTwin(purchase, checkout, checkoutId);
    if (!isUnsettled(purchase)) return purchase;
    if (state.status === 'paid') {
      const settledAt = await grant(deps, purchase, checkout);
      return asItStands(deps.find, settledAt ? settled(purchase, settledAt) : purchase, settledAt !== null);
    }
    if (state.status === 'failed') await writing(() => payment.endPending(client, id, 'FAILED', state.reason));
    else if (state.status === 'expired') await writing(() => payment.endPending(client, id, 'EXPIRED', null));
    else await writing(() => payment.noteCheckout(client, id, checkout, state.status === 'processing'));
    const concluded = (await deps.find(id)) ?? purchase;
    // Two that opened a page at once may have got two: the one that was kept first is the purchase's, and is shown.
    if (state.status === 'open' && (concluded.checkoutId ?? checkout.id) !== checkout.id) return closeTwin(concluded, checkout);
    return concluded;
  }

  /**
   * A second page of one purchase: the provider made it, and said that it had not. Nobody was shown it; all the same, where it is paid,
   * it is the one that counts, and the other is closed first, so that one purchase is paid once.
   */
  async function concludeTwin(purchase: Purchase, twin: Checkout, checkoutId: string): Promise<Purchase> {
    if (twin.state.status !== 'paid') return purchase;
    const facts = { purchaseId: purchase.id, checkoutId: twin.id, otherCheckoutId: checkoutId };
    if (!isUnsettled(purchase)) {
      deps.log.error(facts, 'purchases: paid twice: give one back');
      return purchase;
    }
    const other = await closed(checkoutId);
    if (other?.state.status === 'paid' || other?.state.status === 'processing') {
      deps.log.error(facts, 'purchases: paid twice: give one back');
      return conclude(purchase, other);
    }
    deps.log.warn(facts, 'purchases: a second page of one purchase was paid: it stands for the first');
    await writing(() => payment.moveCheckout(client, purchase.id, twin.id));
    return conclude({ ...purchase, checkoutId: twin.id }, twin);
  }

  /** Nobody was shown it, so it may stay open where it cannot be closed now: paid all the same, it is told of by an event. */
  async function closeTwin(purchase: Purchase, twin: Checkout): Promise<Purchase> {
    try {
      const after = await closed(twin.id);
      return after?.state.status === 'paid' ? await concludeTwin(purchase, after, purchase.checkoutId ?? '') : purchase;
    } catch (error) {
      deps.log.warn({ err: error, purchaseId: purchase.id, checkoutId: twin.id }, 'purchases: a second page was not closed');
      return purchase;
    }
  }

  /** The page as it stands once it can no longer be paid; undefined where the provider does not have it. */
  async function closed(checkoutId: string): Promise<Checkout | undefined> {
    try {
      return await deps.provider.expireCheckout(checkoutId);
    } catch (error) {
      if (error instanceof MissingAtProviderError) return undefined;
      throw error;
    }
  }

  return conclude;
}

/** @returns when it was settled, if it was. */
async function grant(deps: ConclusionDeps, purchase: Purchase, checkout: Checkout): Promise<Date | null> {
  const { database, log, catalog } = deps;
  const mismatch = mismatchOf(purchase, checkout);
  if (mismatch) {
    log.error({ purchaseId: purchase.id, checkoutId: checkout.id }, `purchases: paid, but not as asked: ${mismatch}`);
    await writing(() => payment.endPending(database.client, purchase.id, 'FAILED', mismatch));
    return null;
  }
  const plan = await catalog.planVersion({ id: purchase.planId, version: purchase.planVersion });
  if (!plan) throw new Error(`the plan ${purchase.planId}@${purchase.planVersion} of a purchase is gone`);
  const settledAt = await settlePaid(deps, plan, purchase);
  if (settledAt) log.info({ purchaseId: purchase.id, checkoutId: checkout.id }, 'purchases: settled');
  return settledAt;
}

function settled(purchase: Purchase, settledAt: Date): Purchase {
  const nothingToPay = { checkoutUrl: null, processing: false, failureReason: null, endedAt: null };
  return { ...purchase, status: 'ACTIVE', revision: purchase.revision + 1, settledAt, ...nothingToPay };
}

/** Why this payment does not buy this purchase, if it does not. */
function mismatchOf(purchase: Purchase, checkout: Checkout): string | undefined {
  if (checkout.purchaseId !== purchase.id) return 'the payment is for another purchase';
  if (!purchase.total) return 'the purchase costs nothing';
  if (checkout.total.currency !== purchase.total.currency || checkout.total.amount !== purchase.total.amount) {
    return `${formatMoney(checkout.total)} was paid where ${formatMoney(purchase.total)} was asked`;
  }
  return undefined;
}
