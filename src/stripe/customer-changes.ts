/**
 * Tells Stripe of changed names and e-mail addresses: a few at a time, in turn with the reads, once for however many ask, and
 * nobody waits for it. What cannot be told stays to be told.
 */
import type { Log } from '../platform/log.ts';
import { PaymentProviderError } from '../purchases/model/provider.ts';
import type { StripeCustomers } from './customer.ts';
import type { PayerStore, Untold } from './tables/payers.ts';
import type { Realm } from './wire/realm.ts';

export interface ChangesDeps {
  readonly store: PayerStore;
  readonly customers: Pick<StripeCustomers, 'update'>;
  readonly realm: () => Realm;
  readonly log: Log;
}

const AT_ONCE = 5;

/** @returns what tells all that is due. It never rejects. */
export function openChanges({ store, customers, realm, log }: ChangesDeps): () => Promise<void> {
  let telling: Promise<void> | undefined;
  let isAskedAgain = false;

  /** @returns false where Stripe is in trouble, and further ones would have no better luck. */
  async function tell(untold: Untold): Promise<boolean> {
    try {
      await customers.update(untold, untold.providerId);
      await store.noteTold(untold, true);
      return true;
    } catch (error) {
      log.warn({ err: error, customerId: untold.customerId }, 'stripe: a change of a customer was not told; it is tried again');
      await store.noteTold(untold, false);
      return !(error instanceof PaymentProviderError);
    }
  }

  async function tellAll(): Promise<void> {
    for (let goesOn = true; goesOn; ) {
      isAskedAgain = false;
      const untold = await store.takeUntold(realm(), AT_ONCE);
      const results = await Promise.all(untold.map(tell));
      goesOn = results.every((isWell) => isWell) && (untold.length > 0 || isAskedAgain);
    }
  }

  return () => {
    isAskedAgain = true;
    telling ??= tellAll()
      .catch((error: unknown) => log.warn({ err: error }, 'stripe: what is to be told of customers could not be read'))
      .finally(() => {
        telling = undefined;
      });
    return telling;
  };
}
