/**
 * Turns a Checkout Session into a checkout of purchases. Pure.
 *
 * Only `payment_status` says whether the money is there. A complete session means that the customer
 * is done.
 */
import type Stripe from 'stripe';
import type { Charge, Checkout, CheckoutState } from '../purchases/model/provider.ts';
import { fromStripeMinor } from './wire/minor-units.ts';

/** @throws Error where the session has no total. Then it is not one of Brim. */
export function toCheckout(session: Stripe.Checkout.Session, account: string | null): Checkout {
  if (session.amount_total === null || session.currency === null) {
    throw new Error(`The checkout session ${session.id} has no total.`);
  }
  const state = stateOf(session);
  const { currency } = session;
  const inCurrency = (amountMinor: number) => fromStripeMinor(amountMinor, currency);
  return {
    id: session.id,
    url: state.status === 'open' ? session.url : null,
    purchaseId: purchaseOf(session),
    subtotal: inCurrency(session.amount_subtotal ?? session.amount_total),
    discount: inCurrency(session.total_details?.amount_discount ?? 0),
    total: inCurrency(session.amount_total),
    charge: chargeOf(session.payment_intent),
    state,
    subscriptionId: idOf(session.subscription),
    openedIn: { account, live: session.livemode },
  };
}

/**
 * The purchase that the session's metadata names. Not `client_reference_id`, which other software
 * on the same Stripe account may fill with ids of its own.
 */
export function purchaseOf(session: { metadata?: Stripe.Metadata | null }): string | null {
  return session.metadata?.brim_purchase_id ?? null;
}

/** The Brim that the metadata names; null where it names none, as in sessions of older versions. */
export function installationOf(session: { metadata?: Stripe.Metadata | null }): string | null {
  return session.metadata?.brim_installation_id ?? null;
}

/** The payment of Brim that a charge carries out; null for one of a page or an invoice. */
export function paymentOf({ metadata }: { metadata?: Stripe.Metadata | null }): string | null {
  return metadata?.['brim_payment_id'] ?? null;
}

/** The metadata that name a purchase and its Brim, which `purchaseOf` and `installationOf` read. */
export function namesOf(purchaseId: string, installationId: string | null): Record<string, string> {
  return { brim_purchase_id: purchaseId, ...(installationId === null ? {} : { brim_installation_id: installationId }) };
}

/** By the payment intent, which refunds and disputes name; its charge has the receipt. */
function chargeOf(intent: string | Stripe.PaymentIntent | null): Charge | null {
  if (intent === null) return null;
  if (typeof intent === 'string') return { id: intent, receiptUrl: null };
  const { latest_charge: charge } = intent;
  return { id: intent.id, receiptUrl: charge === null || typeof charge === 'string' ? null : charge.receipt_url };
}

/** The id of an object that Stripe names, or gives in full where that was asked. */
export function idOf(object: string | { readonly id: string } | null): string | null {
  return typeof object === 'string' ? object : (object?.id ?? null);
}

function stateOf(session: Stripe.Checkout.Session): CheckoutState {
  if (session.payment_status === 'paid' || session.payment_status === 'no_payment_required') return { status: 'paid' };
  if (session.status === 'expired') return { status: 'expired' };
  if (session.status !== 'complete') return { status: 'open' };
  const payment = session.payment_intent;
  if (payment === null || typeof payment === 'string') return { status: 'processing' };
  if (payment.status === 'requires_payment_method' || payment.status === 'canceled') {
    return { status: 'failed', reason: payment.last_payment_error?.message ?? 'The payment did not come.' };
  }
  return { status: 'processing' };
}
