import { type Database, writing } from '../database.ts';
import { refuseInput } from '../errors.ts';
import { asking } from './asking.ts';
import { cancelUnpaid } from './due/store.ts';
import type { PaymentProvider } from './provider.ts';
import type { Settlement } from './settle.ts';
import type { Purchase } from './types.ts';

/** Giving a purchase up that is not paid yet: the provider closes its page first, so that no payment can come any more. */
export interface ClosePageDeps {
  readonly database: Database;
  readonly provider: PaymentProvider;
  readonly settlement: Pick<Settlement, 'refresh' | 'conclude'>;
  readonly clock: { now(): Date };
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

/**
 * @returns the purchase, CANCELED; or as it has become where the customer or another caller was faster.
 * @throws InvalidInputError where a delayed payment is under way; UnavailableError where the provider cannot be reached.
 */
export async function closePage(deps: ClosePageDeps, purchase: Purchase): Promise<Purchase> {
  const { provider, settlement } = deps;
  // Where it is not known whether a page was opened, asking again finds it.
  const opened = await asking(() => settlement.refresh(purchase));
  const { checkoutId } = opened;
  // Closed by an earlier try that could not be recorded: it is given up now.
  if (opened.status === 'EXPIRED') return giveUp(deps, opened);
  if (opened.status !== 'PENDING') return opened;
  if (opened.processing) refuseProcessing();
  if (checkoutId === null) throw new Error('a PENDING purchase that was just refreshed has no page');
  const checkout = await asking(() => provider.expireCheckout(checkoutId));
  if (checkout.state.status !== 'expired') {
    const concluded = await settlement.conclude(opened, checkout);
    return concluded.status === 'PENDING' ? refuseProcessing() : concluded;
  }
  return giveUp(deps, opened);
}

async function giveUp({ database, clock, find }: ClosePageDeps, opened: Purchase): Promise<Purchase> {
  await writing(() => cancelUnpaid(database.client, opened.id, clock.now()));
  return (await find(opened.id)) ?? opened;
}

function refuseProcessing(): never {
  refuseInput(['purchaseId'], 'is being paid, and the payment can no longer be stopped: it settles when the money is there');
}
