/** Makes the events that the sandbox sends. An event contains its object as it was then. */
import type Stripe from 'stripe';
import { STRIPE_API_VERSION } from '../../wire/api-version.ts';
import { newObjectId, toUnixSeconds } from '../wire/object-id.ts';

type AboutOneObject = Extract<Stripe.Event, { data: { object: { id: string } } }>;

/** A type of event with the object that Stripe sends in it. */
export type EventDraft = {
  [Event in AboutOneObject as Event['type']]: {
    readonly type: Event['type'];
    readonly object: Event['data']['object'];
    /** In events about a change: the fields that changed, as they were before. */
    readonly previous?: Stripe.Event.Data.PreviousAttributes;
  };
}[AboutOneObject['type']];

export function toEvent({ type, object, previous }: EventDraft, now: Date): Stripe.EventBase {
  return {
    id: newObjectId('evt'),
    object: 'event',
    api_version: STRIPE_API_VERSION,
    created: toUnixSeconds(now),
    data: { object, ...(previous === undefined ? {} : { previous_attributes: previous }) },
    livemode: false,
    pending_webhooks: 1,
    request: null,
    type,
  };
}
