import type { Actor } from '../../access/actor.ts';
import { type Database, writing } from '../../database/database.ts';
import type { Clock } from '../../values/clock.ts';
import { RateLimitedError } from '../../values/errors.ts';
import { isActivatable } from '../model/transitions.ts';
import { type Purchase, RETURN_PAUSE_MS } from '../model/types.ts';
import { takeReturn } from '../tables/provider-checks.ts';
import { askProvider } from './ask-provider.ts';
import type { Reconciliation } from './reconcile.ts';

export interface RefreshForCallerDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly reconciliation: Pick<Reconciliation, 'refresh'>;
}

/**
 * Reconciles an earlier purchase that is attached again. The app may do so as often as it likes.
 * For a customer's browser, Brim asks the provider once in five seconds, as the return page does,
 * and otherwise answers with what it knows: the provider's quota is the app's.
 * @throws UnavailableError where the provider gives no answer; RateLimitedError where it was asked
 * within five seconds and gave no page.
 */
export async function refreshForCaller(
  { database, clock, reconciliation }: RefreshForCallerDeps,
  actor: Actor,
  purchase: Purchase,
  askedAtMs?: number,
): Promise<Purchase> {
  const isAsked = purchase.checkout !== null && isActivatable(purchase);
  if (actor.kind === 'customer' && isAsked) {
    const isTurn = await writing(() => takeReturn(database.client, purchase.id, clock.now(), RETURN_PAUSE_MS));
    if (!isTurn && purchase.checkoutId !== null) return purchase;
    if (!isTurn)
      throw new RateLimitedError(`${NO_PAGE_YET} Nothing was charged: try again in a few seconds.`, RETURN_PAUSE_MS / 1_000);
  }
  return askProvider(actor.kind, purchase, () => reconciliation.refresh(purchase, askedAtMs));
}

const NO_PAGE_YET = 'The payment provider was asked for this page a moment ago, and has given none yet.';
