/**
 * Every Brim customer that pays is one Stripe customer, so that Stripe's own pages show who paid what.
 *
 * Processes that race agree, because the row decides: each may create a customer at Stripe, the first row stands. The
 * idempotency key is the same for all of them, so mostly they get the same one anyway.
 */
import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import type { CheckoutRequest } from '../purchases/provider.ts';
import { isKeyConflict } from './refusal.ts';
import type { StripeStore } from './store.ts';

type Payer = Pick<CheckoutRequest, 'customerId' | 'customerName' | 'customerEmail'>;

export interface StripeCustomers {
  /** Stripe's id of the customer, made if need be. */
  ensure(payer: Payer): Promise<string>;
  /** Makes another, where Stripe says that it does not have `missingId` (deleted there, or the key is another account's). */
  replace(payer: Payer, missingId: string): Promise<string>;
}

export function stripeCustomers({ stripe, store }: { stripe: Stripe; store: StripeStore }): StripeCustomers {
  const create = async (payer: Payer, key: string): Promise<string> => {
    const params: Stripe.CustomerCreateParams = {
      metadata: { brim_customer_id: payer.customerId },
      ...(payer.customerName === null ? {} : { name: payer.customerName }),
      ...(payer.customerEmail === null ? {} : { email: payer.customerEmail }),
    };
    try {
      return (await stripe.customers.create(params, { idempotencyKey: key })).id;
    } catch (error) {
      if (!isKeyConflict(error)) throw error;
      // An earlier call's answer was lost, and the name or email has changed since. That call's customer stays unused at
      // Stripe; waiting for its key to lapse would keep this customer from paying for a day.
      return (await stripe.customers.create(params, { idempotencyKey: `${key}-${digest(JSON.stringify(params))}` })).id;
    }
  };

  const createAndKeep = async (payer: Payer, key: string) => store.keepCustomer(payer.customerId, await create(payer, key));

  return {
    async ensure(payer) {
      const known = await store.findCustomer(payer.customerId);
      return known ?? (await createAndKeep(payer, customerKey(payer.customerId)));
    },

    async replace(payer, missingId) {
      await store.forgetCustomer(payer.customerId, missingId);
      // The first key would give the missing one again.
      return createAndKeep(payer, `${customerKey(payer.customerId)}-${missingId}`);
    },
  };
}

/** Stripe's keys are at most 255 characters, and a customer's id may be 200 of any script: so its digest stands in. */
function customerKey(customerId: string): string {
  return `brim-customer-${digest(customerId)}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
