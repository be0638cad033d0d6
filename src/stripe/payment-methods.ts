/**
 * The payment methods that customers have saved at Stripe.
 *
 * Whatever is heard of one (it was saved, removed, renewed, or made the default) has one answer:
 * read the customer and its methods, and record what is there. So the order of events does not
 * matter, and neither does how often one comes.
 */
import type Stripe from 'stripe';
import { MissingAtProviderError } from '../purchases/model/provider.ts';
import type { MethodsProvider } from '../purchases/model/provider-methods.ts';
import { type Chosen, chooseMethod, NEWEST_METHOD, toFacts } from './choose-method.ts';
import type { StripeConnection } from './connection.ts';
import { sharedReads } from './shared-reads.ts';

/** More than a customer has. */
const MOST = 100;

/**
 * Records the method of one of Stripe's customers. Callers at once share a read.
 * @returns false where no customer of Brim pays as that one.
 */
export type RecordMethodOf = (providerId: string) => Promise<boolean>;

export function openRecording({ stripe, calls, store, realm }: StripeConnection): RecordMethodOf {
  /** undefined: the account does not have the customer, or not any more. */
  async function choose(providerId: string): Promise<Chosen | undefined> {
    try {
      const customer = await calls.read(() => stripe.customers.retrieve(providerId));
      if (customer.deleted) return undefined;
      const methods = await calls.read(() => stripe.customers.listPaymentMethods(providerId, { limit: MOST }));
      return chooseMethod(customer, methods.data);
    } catch (error) {
      if (error instanceof MissingAtProviderError) return undefined;
      throw error;
    }
  }

  /** In one call, so that the default and the note of why it is that never part. */
  const makeDefault = (providerId: string, { id }: Stripe.PaymentMethod, note: string) =>
    calls.write(() =>
      stripe.customers.update(providerId, {
        invoice_settings: { default_payment_method: id },
        metadata: { [NEWEST_METHOD]: note },
      }),
    );

  const reads = sharedReads<boolean>({
    async read(providerId, onBegin) {
      onBegin();
      const read = await store.beginRead(providerId, realm());
      if (!read) return false;
      const chosen = await choose(providerId);
      if (chosen?.method && chosen.newNote !== undefined) await makeDefault(providerId, chosen.method, chosen.newNote);
      if (chosen) await store.keepMethod(read, realm(), chosen.method && toFacts(chosen.method));
      else await store.forgetCustomer(read.customerId, providerId);
      return true;
    },
    isFinal: () => false,
  });
  return (providerId) => reads(providerId, performance.now());
}

export function stripeMethods(
  { store, realm, knownRealm }: Pick<StripeConnection, 'store' | 'realm' | 'knownRealm'>,
  recordMethodOf: RecordMethodOf,
): Pick<MethodsProvider, 'savedMethod' | 'noteMethodOutcome' | 'recordMethod'> {
  return {
    savedMethod: async (customerId) => store.savedMethod({ customerId, realm: await knownRealm() }),
    noteMethodOutcome: (outcome) => store.noteMethodOutcome(outcome, realm()),
    async recordMethod(customerId) {
      const providerId = await store.findCustomer(customerId, await knownRealm());
      if (providerId !== undefined) await recordMethodOf(providerId);
    },
  };
}
