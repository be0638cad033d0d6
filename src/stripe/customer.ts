/**
 * Each Brim customer that pays is one Stripe customer of an account and mode, so that Stripe's own
 * pages show who paid.
 *
 * Where processes race, the first row decides. They use the same idempotency key, so Stripe mostly
 * gives them the same customer anyway. Brim leaves out an e-mail address that Stripe refuses and
 * logs it, so that the customer can still pay.
 */
import type Stripe from 'stripe';
import { MissingAtProviderError, type Payer } from '../purchases/model/provider.ts';
import type { StripeConnection } from './connection.ts';
import { isEmailRefused, isKeyConflict } from './error-kinds.ts';
import { customerKey, digest } from './idempotency-keys.ts';
import { createWithNumberedKey, type NumberedKeyDeps } from './numbered-keys.ts';

export interface StripeCustomers {
  /** Stripe's id of the customer; makes the customer there if need be. */
  ensure(payer: Payer): Promise<string>;
  /**
   * Makes another customer where Stripe does not have `missingId`: deleted there, or of another
   * account.
   */
  replace(payer: Payer, missingId: string): Promise<string>;
  /**
   * Sends Stripe the name and the e-mail address; forgets `providerId` where Stripe does not have
   * it.
   */
  update(payer: Payer, providerId: string): Promise<void>;
  /** Deletes it at Stripe, with its saved payment methods, and forgets `providerId`. */
  delete(payer: Pick<Payer, 'customerId'>, providerId: string): Promise<void>;
}

export type CustomersDeps = StripeConnection & NumberedKeyDeps;

type Facts = Pick<Stripe.CustomerCreateParams, 'name' | 'email'>;

export function stripeCustomers(deps: CustomersDeps): StripeCustomers {
  const { stripe, calls, store, log, realm, knownRealm, installationId } = deps;

  /** Runs a call with the e-mail address; again without it where Stripe refuses the address. */
  const withEmailIfAccepted = async <Answer>(payer: Payer, run: (email: string | null) => Promise<Answer>): Promise<Answer> => {
    try {
      return await run(payer.customerEmail);
    } catch (error) {
      if (payer.customerEmail === null || !isEmailRefused(error)) throw error;
      log.warn({ customerId: payer.customerId }, 'stripe: an e-mail address is none to Stripe: it is left out there');
      return run(null);
    }
  };

  const create = async (payer: Payer, key: string, facts: Facts): Promise<string> => {
    const params: Stripe.CustomerCreateParams = {
      metadata: { brim_customer_id: payer.customerId, brim_installation_id: installationId },
      ...facts,
    };
    const makeUnder = (first: string) =>
      createWithNumberedKey(deps, {
        key: first,
        make: (idempotencyKey) => calls.write(() => stripe.customers.create(params, { idempotencyKey })),
        // A customer that was made in spite of a 500 stays unused at Stripe. It costs nothing.
        findMade: async () => undefined,
      });
    try {
      return (await makeUnder(key)).id;
    } catch (error) {
      if (!isKeyConflict(error)) throw error;
      // The answer to an earlier call was lost, and the name or e-mail has changed since. That
      // call's customer stays unused at Stripe. Waiting for its key to lapse would keep this
      // customer from paying for a day.
      return (await makeUnder(`${key}-${digest(JSON.stringify(params))}`)).id;
    }
  };

  const createAndKeep = async (payer: Payer, key: string) => {
    const id = await withEmailIfAccepted(payer, (email) =>
      create(payer, key, {
        ...(payer.customerName === null ? {} : { name: payer.customerName }),
        ...(email === null ? {} : { email }),
      }),
    );
    return store.keepCustomer(payer, realm(), id);
  };

  return {
    async ensure(payer) {
      const known = await store.findCustomer(payer.customerId, await knownRealm());
      return known ?? createAndKeep(payer, customerKey(installationId, payer.customerId));
    },

    async replace(payer, missingId) {
      await store.forgetCustomer(payer.customerId, missingId);
      // The first key would give the missing customer again.
      return createAndKeep(payer, `${customerKey(installationId, payer.customerId)}-${missingId}`);
    },

    async update(payer, providerId) {
      const update = (email: string | null) =>
        // In turn with the reads, because nobody waits for it.
        calls.read(() => stripe.customers.update(providerId, { name: payer.customerName ?? '', email: email ?? '' }));
      try {
        await withEmailIfAccepted(payer, update);
      } catch (error) {
        if (!(error instanceof MissingAtProviderError)) throw error;
        // The next purchase makes another customer.
        await store.forgetCustomer(payer.customerId, providerId);
      }
    },

    async delete({ customerId }, providerId) {
      try {
        // In turn with the reads, because nobody waits for it.
        await calls.read(() => stripe.customers.del(providerId));
      } catch (error) {
        if (!(error instanceof MissingAtProviderError)) throw error;
      }
      await store.forgetCustomer(customerId, providerId);
    },
  };
}
