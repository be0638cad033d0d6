/**
 * Every Brim customer that pays is one Stripe customer of each account and mode, so that Stripe's own pages show who paid what.
 *
 * Processes that race agree, because the row decides: each may create a customer at Stripe, the first row stands. The
 * idempotency key is the same for all of them, so mostly they get the same one anyway. An address that Stripe does not take never keeps
 * anybody from paying: it is left out, and said in the log.
 */
import type Stripe from 'stripe';
import type { Log } from '../platform/log.ts';
import { MissingAtProviderError, type Payer } from '../purchases/model/provider.ts';
import type { StripeCalls } from './calls.ts';
import { isEmailRefused, isKeyConflict } from './error-kinds.ts';
import { customerKey, digest } from './idempotency-keys.ts';
import { createWithNumberedKey, type NumberedKeyDeps } from './numbered-keys.ts';
import type { StripeStore } from './tables/stripe.ts';
import type { Realm } from './wire/realm.ts';

export interface StripeCustomers {
  /** Stripe's id of the customer, made if need be. */
  ensure(payer: Payer): Promise<string>;
  /** Makes another, where Stripe says that it does not have `missingId` (deleted there, or the key is another account's). */
  replace(payer: Payer, missingId: string): Promise<string>;
  /** Tells Stripe the name and the e-mail address; forgets `providerId` where Stripe does not have it. */
  update(payer: Payer, providerId: string): Promise<void>;
}

export interface CustomersDeps extends NumberedKeyDeps {
  readonly stripe: Stripe;
  readonly calls: StripeCalls;
  readonly store: StripeStore;
  readonly log: Log;
  readonly realm: () => Realm;
  readonly installationId: string;
}

type Facts = Pick<Stripe.CustomerCreateParams, 'name' | 'email'>;

export function stripeCustomers(deps: CustomersDeps): StripeCustomers {
  const { stripe, calls, store, log, realm, installationId } = deps;

  /** Does it with the address, or without where Stripe does not take it. */
  const bearingEmail = async <Answer>(payer: Payer, tell: (email: string | null) => Promise<Answer>): Promise<Answer> => {
    try {
      return await tell(payer.customerEmail);
    } catch (error) {
      if (payer.customerEmail === null || !isEmailRefused(error)) throw error;
      log.warn({ customerId: payer.customerId }, 'stripe: an e-mail address is none to Stripe: it is left out there');
      return tell(null);
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
        // One that was made all the same stays unused at Stripe: it costs nothing, and nothing can be paid by it.
        findMade: async () => undefined,
      });
    try {
      return (await makeUnder(key)).id;
    } catch (error) {
      if (!isKeyConflict(error)) throw error;
      // An earlier call's answer was lost, and the name or email has changed since. That call's customer stays unused at
      // Stripe; waiting for its key to lapse would keep this customer from paying for a day.
      return (await makeUnder(`${key}-${digest(JSON.stringify(params))}`)).id;
    }
  };

  const createAndKeep = async (payer: Payer, key: string) => {
    const id = await bearingEmail(payer, (email) =>
      create(payer, key, {
        ...(payer.customerName === null ? {} : { name: payer.customerName }),
        ...(email === null ? {} : { email }),
      }),
    );
    return store.keepCustomer(payer, realm(), id);
  };

  return {
    async ensure(payer) {
      const known = await store.findCustomer(payer.customerId, realm());
      return known ?? createAndKeep(payer, customerKey(installationId, payer.customerId));
    },

    async replace(payer, missingId) {
      await store.forgetCustomer(payer.customerId, missingId);
      // The first key would give the missing one again.
      return createAndKeep(payer, `${customerKey(installationId, payer.customerId)}-${missingId}`);
    },

    async update(payer, providerId) {
      const update = (email: string | null) =>
        // In turn with the reads: nobody waits for it.
        calls.read(() => stripe.customers.update(providerId, { name: payer.customerName ?? '', email: email ?? '' }));
      try {
        await bearingEmail(payer, update);
      } catch (error) {
        if (!(error instanceof MissingAtProviderError)) throw error;
        // The next purchase makes another.
        await store.forgetCustomer(payer.customerId, providerId);
      }
    },
  };
}
