/** The kinds of objects that the sandbox stores, each with the shape of its row. */
import type Stripe from 'stripe';
import type { Dunning } from '../billing/retries.ts';
import type { CheckoutRecord } from '../objects/checkout.ts';
import type { AdverseDelivery } from '../wire/adverse-delivery.ts';

/** References between objects are ids, never expanded; `api/expand.ts` expands them in answers. */
export interface Kinds {
  readonly customer: Stripe.Customer | Stripe.DeletedCustomer;
  readonly product: Stripe.Product;
  readonly price: Stripe.Price;
  readonly checkout: CheckoutRecord;
  readonly payment_intent: Stripe.PaymentIntent;
  readonly payment_method: Stripe.PaymentMethod;
  readonly setup_intent: Stripe.SetupIntent;
  readonly portal_session: Stripe.BillingPortal.Session;
  readonly charge: Stripe.Charge;
  readonly refund: Stripe.Refund;
  readonly dispute: Stripe.Dispute;
  readonly subscription: Stripe.Subscription;
  readonly invoice: Stripe.Invoice;
  readonly invoice_payment: Stripe.InvoicePayment;
  /** A proration that waits for the subscription's next invoice. */
  readonly pending_line: Stripe.InvoiceLineItem;
  readonly dunning: Dunning;
  /** How far the sandbox's clock is ahead of the app's. */
  readonly clock: { readonly aheadMs: number };
  /** How badly events are delivered; there is none where they are delivered as usual. */
  readonly adverse_delivery: AdverseDelivery;
  readonly early_fraud_warning: Stripe.Radar.EarlyFraudWarning;
}
export type Kind = keyof Kinds;
