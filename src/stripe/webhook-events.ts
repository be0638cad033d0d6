/**
 * Which of Stripe's events Brim acts on, as data: for each type what it is about, and for each
 * subject where its hint is read. An event says only where to look, so a hint has ids and nothing
 * else.
 *
 * docs/going-live-with-stripe.md lists the same types. `invoice.created` is not among them: an
 * endpoint that is slow to answer it would hold a renewal back.
 */
import type { CheckoutHint } from '../purchases/model/provider.ts';
import type { ChargeHint } from '../purchases/model/provider-charges.ts';
import type { ReturnHint } from '../purchases/model/provider-returns.ts';
import type { SubscriptionHint } from '../purchases/model/provider-subscriptions.ts';
import type { HintOutcome } from '../purchases/reconcile/reconcile.ts';
import { installationOf, paymentOf, purchaseOf } from './checkout.ts';
import { ABOUT_A_PAYMENT, BLOCKED_CHARGE, type StripeEvent } from './event-schema.ts';

/** Whose saved methods to look at. */
export interface PayerHint {
  /** Stripe's id of the customer. */
  readonly providerId: string;
}

/** What each subject's hint is. */
interface HintOf {
  readonly checkout: CheckoutHint;
  readonly subscription: SubscriptionHint;
  /** An invoice is that of a subscription, which is read with all its invoices. */
  readonly invoice: SubscriptionHint;
  /** A charge of a saved payment method. */
  readonly charge: ChargeHint;
  /** A payment method was saved, by a checkout that only does that. */
  readonly setup: PayerHint;
  /** A saved method was added, removed or renewed. */
  readonly method: PayerHint;
  /** A customer of Stripe's has another default method, or is gone. */
  readonly payer: PayerHint;
  /** Money of a charge that goes back, or is disputed, or that a bank warns of. */
  readonly returned: ReturnHint;
  /** An attempt at a charge that Stripe itself blocked, as a risk of fraud. */
  readonly blocked: ReturnHint;
}

/**
 * What makes Brim agree with Stripe about each subject. Each verb may be called repeatedly, at
 * once, and in any order; it resolves once Brim agrees with what Stripe has now.
 */
export type Reconcilers = {
  readonly [Subject in keyof HintOf]: (hint: HintOf[Subject]) => Promise<HintOutcome>;
};

export type EventSubject = keyof Reconcilers;

export const EVENT_SUBJECTS: Readonly<Record<string, EventSubject>> = {
  'checkout.session.completed': 'checkout',
  'checkout.session.async_payment_succeeded': 'checkout',
  'checkout.session.async_payment_failed': 'checkout',
  'checkout.session.expired': 'checkout',
  'customer.subscription.created': 'subscription',
  'customer.subscription.updated': 'subscription',
  'customer.subscription.deleted': 'subscription',
  'customer.subscription.paused': 'subscription',
  'customer.subscription.resumed': 'subscription',
  'invoice.paid': 'invoice',
  'invoice.payment_failed': 'invoice',
  'invoice.payment_action_required': 'invoice',
  'invoice.marked_uncollectible': 'invoice',
  'invoice.voided': 'invoice',
  'setup_intent.succeeded': 'setup',
  'payment_method.attached': 'method',
  'payment_method.detached': 'method',
  'payment_method.updated': 'method',
  'payment_method.automatically_updated': 'method',
  'customer.updated': 'payer',
  'customer.deleted': 'payer',
  'charge.failed': 'blocked',
  'payment_intent.succeeded': 'charge',
  'payment_intent.payment_failed': 'charge',
  'payment_intent.processing': 'charge',
  'payment_intent.requires_action': 'charge',
  'payment_intent.canceled': 'charge',
  'charge.refunded': 'returned',
  'refund.created': 'returned',
  'refund.updated': 'returned',
  'refund.failed': 'returned',
  'charge.dispute.created': 'returned',
  'charge.dispute.updated': 'returned',
  'charge.dispute.funds_withdrawn': 'returned',
  'charge.dispute.funds_reinstated': 'returned',
  'charge.dispute.closed': 'returned',
  'radar.early_fraud_warning.created': 'returned',
};

type EventObject = StripeEvent['data']['object'];
type Previous = StripeEvent['data']['previous_attributes'];
type Hints = {
  readonly [Subject in EventSubject]: (object: EventObject, previous: Previous) => HintOf[Subject] | undefined;
};

/**
 * Reads the hint of each subject; undefined where the object is not what the type promises, or
 * nothing has changed in it that is Brim's concern.
 */
const HINTS: Hints = {
  checkout: (object) =>
    object.object === 'checkout.session' && object.id !== undefined ? { checkoutId: object.id, ...namedBy(object) } : undefined,
  subscription: (object) =>
    object.object === 'subscription' && object.id !== undefined ? { subscriptionId: object.id, ...namedBy(object) } : undefined,
  invoice: ({ object, parent }) => {
    const { subscription, metadata = null } = parent?.subscription_details ?? {};
    return object === 'invoice' && subscription !== undefined
      ? { subscriptionId: subscription, ...namedBy({ metadata }) }
      : undefined;
  },
  // A page and an invoice have payment intents, too, which name no payment of Brim.
  charge: ({ object, id, metadata = null }) => {
    const paymentId = paymentOf({ metadata });
    return object === 'payment_intent' && id !== undefined && paymentId !== null
      ? { chargeId: id, paymentId, ...namedBy({ metadata }) }
      : undefined;
  },
  setup: ({ customer }) => payerOf(customer),
  // A method that was removed belongs to nobody any more.
  method: ({ customer }, previous) => payerOf(customer ?? previous?.customer),
  payer: ({ id }, previous) => (!previous || 'invoice_settings' in previous ? payerOf(id) : undefined),
  returned: (object) => {
    const read = ABOUT_A_PAYMENT.safeParse(object);
    return read.success ? { chargeId: read.data.payment_intent } : undefined;
  },
  // Banks decline often. Only what Stripe blocked is worth a look.
  blocked: (object) => {
    const read = BLOCKED_CHARGE.safeParse(object);
    return read.success ? { chargeId: read.data.payment_intent } : undefined;
  },
};

function payerOf(providerId: string | null | undefined): PayerHint | undefined {
  return providerId == null ? undefined : { providerId };
}

/** The purchase and the Brim that an object's metadata names. */
function namedBy({ metadata = null }: Pick<EventObject, 'metadata'>): Pick<CheckoutHint, 'purchaseId' | 'installationId'> {
  return { purchaseId: purchaseOf({ metadata }), installationId: installationOf({ metadata }) };
}

/**
 * Reconciles what an event is about. @returns undefined where Brim does not act on events of this
 * type, or its object is not what the type promises.
 */
export async function reconcileEvent(reconcilers: Reconcilers, event: StripeEvent): Promise<HintOutcome | undefined> {
  const subject = Object.hasOwn(EVENT_SUBJECTS, event.type) ? EVENT_SUBJECTS[event.type] : undefined;
  const isSetup = subject === 'checkout' && event.data.object.mode === 'setup';
  return subject && reconcileSubject(reconcilers, isSetup ? 'setup' : subject, event.data);
}

async function reconcileSubject<Subject extends EventSubject>(
  reconcilers: Reconcilers,
  subject: Subject,
  { object, previous_attributes: previous }: StripeEvent['data'],
): Promise<HintOutcome | undefined> {
  const hint = HINTS[subject](object, previous);
  return hint && reconcilers[subject](hint);
}
