/**
 * The payment provider that is Stripe: hosted Checkout, one session per purchase.
 *
 * Asking twice opens one page, because the idempotency key is the purchase's. What is answered is what Stripe has *now*, also
 * when Stripe replays an old answer. No amount is rounded: what Stripe cannot charge exactly is refused before it is asked.
 */
import type Stripe from 'stripe';
import type { Log } from '../log.ts';
import { type Checkout, type CheckoutRequest, type PaymentProvider, PaymentRefusedError } from '../purchases/provider.ts';
import { toCheckout } from './checkout.ts';
import { isReplayed } from './client.ts';
import { stripeCustomers } from './customer.ts';
import { toStripeMinor } from './minor-units.ts';
import { asking, isMissing } from './refusal.ts';
import type { StripeStore } from './store.ts';

export interface StripeProviderDeps {
  readonly stripe: Stripe;
  readonly store: StripeStore;
  readonly log: Log;
}

const WITH_PAYMENT = ['payment_intent'];

export function stripeProvider({ stripe, store, log }: StripeProviderDeps): PaymentProvider {
  const customers = stripeCustomers({ stripe, store });

  const createSession = (request: CheckoutRequest, lines: Stripe.Checkout.SessionCreateParams.LineItem[], customer: string) =>
    // The customer is part of the key, because a replaced customer makes it another request, and another request with a
    // used key is refused.
    stripe.checkout.sessions.create(sessionParams(request, lines, customer), {
      idempotencyKey: `brim-checkout-${request.purchaseId}-${customer}`,
    });

  const open = async (request: CheckoutRequest) => {
    const lines = request.lines.map((line) => toLineItem(line));
    const customer = await customers.ensure(request);
    try {
      return await createSession(request, lines, customer);
    } catch (error) {
      if (!isMissing(error, 'customer')) throw error;
      log.warn({ customerId: request.customerId, stripeCustomer: customer }, 'stripe customer is missing there: making another');
      return createSession(request, lines, await customers.replace(request, customer));
    }
  };

  const readCheckout = async (checkoutId: string): Promise<Checkout> =>
    toCheckout(await asking(() => stripe.checkout.sessions.retrieve(checkoutId, { expand: WITH_PAYMENT })));

  return {
    async openCheckout(request) {
      const session = await asking(() => open(request));
      // A replay is the first answer word for word: an open page, although it may have been paid since.
      return isReplayed(session) ? readCheckout(session.id) : toCheckout(session);
    },

    readCheckout,

    async expireCheckout(checkoutId) {
      try {
        return toCheckout(await asking(() => stripe.checkout.sessions.expire(checkoutId, { expand: WITH_PAYMENT })));
      } catch (error) {
        if (!(error instanceof PaymentRefusedError)) throw error;
        // Refused mostly because it is complete, or expired already: then that is the answer.
        const checkout = await readCheckout(checkoutId);
        if (checkout.state.status === 'open') throw error;
        return checkout;
      }
    },
  };
}

function toLineItem(line: CheckoutRequest['lines'][number]): Stripe.Checkout.SessionCreateParams.LineItem {
  return {
    quantity: line.units,
    price_data: {
      currency: line.unitAmount.currency,
      unit_amount: toStripeMinor(line.unitAmount),
      product_data: { name: line.description },
    },
  };
}

function sessionParams(
  request: CheckoutRequest,
  lines: Stripe.Checkout.SessionCreateParams.LineItem[],
  customer: string,
): Stripe.Checkout.SessionCreateParams {
  const metadata = { ...request.metadata, brim_purchase_id: request.purchaseId };
  return {
    mode: 'payment',
    customer,
    line_items: lines,
    success_url: request.returnUrl,
    cancel_url: request.cancelUrl,
    client_reference_id: request.purchaseId,
    metadata,
    payment_intent_data: { metadata },
    expand: WITH_PAYMENT,
  };
}
