/**
 * The payment provider for Stripe: hosted Checkout, one session for each purchase.
 *
 * A repeated request opens one page, because the idempotency key belongs to the purchase. The
 * answer is what Stripe has now, even when Stripe replays an old answer. Amounts are never rounded:
 * Brim refuses what Stripe cannot charge exactly.
 */
import type Stripe from 'stripe';
import {
  type Checkout,
  type CheckoutLine,
  type CheckoutRequest,
  MissingAtProviderError,
  type PaymentProvider,
  PaymentRefusedError,
} from '../purchases/model/provider.ts';
import { stripeCharges } from './charges.ts';
import { namesOf, purchaseOf, toCheckout } from './checkout.ts';
import { isReplayed } from './client.ts';
import type { StripeConnection } from './connection.ts';
import { stripeCustomers } from './customer.ts';
import { openCustomerChanges } from './customer-changes.ts';
import { stripeCustomerPages } from './customer-pages.ts';
import { isMissing } from './error-kinds.ts';
import { checkoutKey } from './idempotency-keys.ts';
import { createWithNumberedKey, type NumberedKeyDeps } from './numbered-keys.ts';
import { openRecording, stripeMethods } from './payment-methods.ts';
import { isRecurring, type ProductLine, productOf, toRecurring } from './recurring-lines.ts';
import { stripeReturns } from './returns.ts';
import { sharedReads } from './shared-reads.ts';
import { stripeSubscriptions } from './subscriptions.ts';
import { toStripeMinor } from './wire/minor-units.ts';

const WITH_PAYMENT = ['payment_intent.latest_charge'];
/** A part of the request, which must stay the same: a new page has no charge anyway. */
const EXPANDED_WHEN_MADE = ['payment_intent'];
/** Of a customer's newest sessions, how many are searched for one that a failed call made. */
const LOOKED_THROUGH = 100;

export interface StripeProvider extends PaymentProvider {
  /**
   * Records the method of one of Stripe's customers, as `recordMethod` does. @returns false where
   * no customer of Brim pays as that one.
   */
  recordMethodOf(providerId: string): Promise<boolean>;
}

export function stripeProvider(connection: StripeConnection): StripeProvider {
  const { stripe, calls, log, realm } = connection;
  const failures: NumberedKeyDeps['failures'] = new Map();
  const customers = stripeCustomers({ ...connection, failures });
  const recordMethodOf = openRecording(connection);
  const understood = (session: Stripe.Checkout.Session) => toCheckout(session, realm().account);

  const reads = sharedReads<Checkout>({
    read: async (checkoutId, onBegin) =>
      understood(
        await calls.read(() => {
          onBegin();
          return stripe.checkout.sessions.retrieve(checkoutId, { expand: WITH_PAYMENT });
        }),
      ),
    isFinal: ({ state: { status } }) => status === 'paid' || status === 'expired' || status === 'failed',
  });
  const readCheckout = (checkoutId: string, askedAtMs = performance.now()) => reads(checkoutId, askedAtMs);

  const findMade = async ({ purchaseId }: CheckoutRequest, customer: string): Promise<Checkout | undefined> => {
    const page = await calls.read(() => stripe.checkout.sessions.list({ customer, limit: LOOKED_THROUGH }));
    const made = page.data.find((session) => purchaseOf(session) === purchaseId && session.status !== 'expired');
    return made && readCheckout(made.id);
  };

  const createSession = (
    request: CheckoutRequest,
    lines: Stripe.Checkout.SessionCreateParams.LineItem[],
    customer: string,
  ): Promise<Checkout> =>
    createWithNumberedKey(
      { failures },
      {
        key: checkoutKey(request, customer),
        make: async (idempotencyKey) => {
          const params = sessionParams(request, lines, customer);
          const session = await calls.write(() => stripe.checkout.sessions.create(params, { idempotencyKey }));
          // A replay repeats the first answer, an open page, although the page may have been paid
          // since.
          return isReplayed(session) ? readCheckout(session.id) : understood(session);
        },
        findMade: () => findMade(request, customer),
      },
    );

  return {
    async openCheckout(request) {
      const lines = request.lines.map((line, index) => toLineItem(line, { purchaseId: request.purchaseId, index }));
      const customer = await customers.ensure(request);
      try {
        return await createSession(request, lines, customer);
      } catch (error) {
        if (!isMissing(error, 'customer')) throw error;
        log.warn(
          { customerId: request.customerId, stripeCustomer: customer },
          'stripe customer is missing there: making another',
        );
        return createSession(request, lines, await customers.replace(request, customer));
      }
    },

    readCheckout,

    async expireCheckout(checkoutId) {
      try {
        return understood(await calls.write(() => stripe.checkout.sessions.expire(checkoutId, { expand: WITH_PAYMENT })));
      } catch (error) {
        if (!(error instanceof PaymentRefusedError) || error instanceof MissingAtProviderError) throw error;
        // Stripe refuses mostly because the session is complete or expired already. Then that is
        // the answer.
        const checkout = await readCheckout(checkoutId);
        if (checkout.state.status === 'open') throw error;
        return checkout;
      }
    },

    sendCustomerChanges: openCustomerChanges({ ...connection, customers }),
    ...stripeMethods(connection, recordMethodOf),
    recordMethodOf,
    ...stripeCharges(connection),
    ...stripeCustomerPages({ ...connection, customers }),
    ...stripeReturns(connection),
    ...stripeSubscriptions(connection),
  };
}

function toLineItem(line: CheckoutLine, place: ProductLine): Stripe.Checkout.SessionCreateParams.LineItem {
  return {
    quantity: line.units,
    price_data: {
      currency: line.unitAmount.currency,
      unit_amount: toStripeMinor(line.unitAmount),
      ...(line.recurring
        ? { product_data: productOf(line, place), recurring: toRecurring(line.recurring.interval) }
        : { product_data: { name: line.description } }),
    },
  };
}

function sessionParams(
  request: CheckoutRequest,
  lines: Stripe.Checkout.SessionCreateParams.LineItem[],
  customer: string,
): Stripe.Checkout.SessionCreateParams {
  const { installationId } = request;
  const metadata = { ...request.metadata, ...namesOf(request.purchaseId, installationId) };
  return {
    customer,
    line_items: lines,
    success_url: request.returnUrl,
    cancel_url: request.cancelUrl,
    client_reference_id: request.purchaseId,
    metadata,
    // A subscription makes its payments itself, keeps the method of the first one, and repeats its
    // metadata in its invoices.
    ...(isRecurring(request.lines)
      ? { mode: 'subscription', subscription_data: { metadata } }
      : {
          mode: 'payment',
          payment_intent_data: {
            metadata,
            ...(request.savePaymentMethod ? { setup_future_usage: 'off_session' as const } : {}),
          },
        }),
    ...(request.allowPromotionCodes ? { allow_promotion_codes: true } : {}),
    // Tax depends on the address, which the page asks for and Stripe keeps with the customer.
    ...(request.collectTax ? { automatic_tax: { enabled: true }, customer_update: { address: 'auto' as const } } : {}),
    expand: EXPANDED_WHEN_MADE,
  };
}
