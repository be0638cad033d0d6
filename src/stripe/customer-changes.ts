/**
 * Sends Stripe the changed names and e-mail addresses of customers, and deletes erased ones: a few
 * at a time, in turn with the reads, and in the background. What fails is sent again later. Callers
 * at once share one run.
 */
import { PaymentProviderError } from '../purchases/model/provider.ts';
import type { StripeConnection } from './connection.ts';
import type { StripeCustomers } from './customer.ts';
import type { CustomerChange, PayerStore } from './tables/payers.ts';

export interface ChangesDeps extends Pick<StripeConnection, 'realm' | 'log'> {
  readonly store: PayerStore;
  readonly customers: Pick<StripeCustomers, 'update' | 'delete'>;
}

const AT_ONCE = 5;

/** @returns a function that sends all that is due. It never rejects. */
export function openCustomerChanges({ store, customers, realm, log }: ChangesDeps): () => Promise<void> {
  let sending: Promise<void> | undefined;
  let isAskedAgain = false;

  /** @returns false where Stripe is in trouble and further calls would fail, too. */
  async function send(change: CustomerChange): Promise<boolean> {
    try {
      if (change.erase) await customers.delete(change, change.providerId);
      else await customers.update(change, change.providerId);
      await store.noteSent(change, true);
      return true;
    } catch (error) {
      log.warn({ err: error, customerId: change.customerId }, 'stripe: a change of a customer was not told; it is tried again');
      await store.noteSent(change, false);
      return !(error instanceof PaymentProviderError);
    }
  }

  async function sendAll(): Promise<void> {
    for (let goesOn = true; goesOn; ) {
      isAskedAgain = false;
      const changes = await store.takeDueChanges(realm(), AT_ONCE);
      const results = await Promise.all(changes.map(send));
      goesOn = results.every((isWell) => isWell) && (changes.length > 0 || isAskedAgain);
    }
  }

  return () => {
    isAskedAgain = true;
    sending ??= sendAll()
      .catch((error: unknown) => log.warn({ err: error }, 'stripe: the changes of customers could not be read'))
      .finally(() => {
        sending = undefined;
      });
    return sending;
  };
}
