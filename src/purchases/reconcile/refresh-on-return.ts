import { type Database, writing } from '../../database/database.ts';
import type { Clock } from '../../values/clock.ts';
import { isActivatable } from '../model/transitions.ts';
import { type Purchase, RETURN_PAUSE_MS, type RefreshedOnReturn } from '../model/types.ts';
import { takeReturn } from '../tables/provider-checks.ts';
import type { Reconciliation } from './reconcile.ts';

/**
 * Reconciles the purchase of a customer who comes back from paying. Anybody may open the return
 * page any number of times, so this asks the payment provider at most once in five seconds for each
 * purchase. Callers that come at once share the answer. One that comes too soon gets what is known.
 */
export type RefreshOnReturn = (purchaseId: string) => Promise<RefreshedOnReturn>;

export interface RefreshOnReturnDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly reconciliation: Pick<Reconciliation, 'refresh'>;
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

export function openRefreshOnReturn({ database, clock, reconciliation, find }: RefreshOnReturnDeps): RefreshOnReturn {
  /** The purchases that are being asked about. */
  const asking = new Map<string, Promise<RefreshedOnReturn>>();

  async function ask(purchase: Purchase): Promise<RefreshedOnReturn> {
    const isTurn = await writing(() => takeReturn(database.client, purchase.id, clock.now(), RETURN_PAUSE_MS));
    if (!isTurn) return { purchase: (await find(purchase.id)) ?? purchase, isCurrent: false };
    return { purchase: await reconciliation.refresh(purchase), isCurrent: true };
  }

  return async (purchaseId) => {
    const underWay = asking.get(purchaseId);
    if (underWay) return underWay;
    const purchase = await find(purchaseId);
    if (!purchase?.checkout || !isActivatable(purchase) || isClosed(purchase)) return { purchase, isCurrent: true };
    // Another caller may have begun while this one read the purchase.
    const asked = asking.get(purchaseId) ?? ask(purchase).finally(() => asking.delete(purchaseId));
    asking.set(purchaseId, asked);
    return asked;
  };
}

/**
 * The provider said that the page was closed unpaid. Nobody can pay there, so there is nothing to
 * ask.
 */
function isClosed({ status, failureReason }: Purchase): boolean {
  return status === 'EXPIRED' && failureReason === null;
}
