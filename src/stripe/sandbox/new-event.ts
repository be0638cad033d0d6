/** Makes the events that the sandbox sends. An event contains its object as it was then. */
import type Stripe from 'stripe';
import { STRIPE_API_VERSION } from '../wire/api-version.ts';
import { newObjectId, toUnixSeconds } from './object-id.ts';

type SessionEventType =
  | 'checkout.session.completed'
  | 'checkout.session.async_payment_succeeded'
  | 'checkout.session.async_payment_failed'
  | 'checkout.session.expired';
type IntentEventType = 'payment_intent.succeeded' | 'payment_intent.processing' | 'payment_intent.payment_failed';

export type EventDraft =
  | { readonly type: SessionEventType; readonly object: Stripe.Checkout.Session }
  | { readonly type: IntentEventType; readonly object: Stripe.PaymentIntent };

export function toEvent(draft: EventDraft, now: Date): Stripe.Event {
  const facts = {
    id: newObjectId('evt'),
    object: 'event' as const,
    api_version: STRIPE_API_VERSION,
    created: toUnixSeconds(now),
    livemode: false,
    pending_webhooks: 1,
    request: null,
  };
  return isSessionDraft(draft)
    ? { ...facts, type: draft.type, data: { object: draft.object } }
    : { ...facts, type: draft.type, data: { object: draft.object } };
}

function isSessionDraft(draft: EventDraft): draft is Extract<EventDraft, { type: SessionEventType }> {
  return draft.object.object === 'checkout.session';
}
