/** Changes of subscriptions: what they sell, when they end, and what is collected. */
import type Stripe from 'stripe';
import { z } from 'zod';
import { cancelSubscription } from '../acts/cancel-subscription.ts';
import { changeItems } from '../acts/change-items.ts';
import { mergedMetadata } from '../acts/customers.ts';
import { pauseSubscription, resumeSubscription } from '../acts/pause-subscription.ts';
import { changeSubscription, lockSubscription } from '../acts/write-subscription.ts';
import { periodOf } from '../objects/subscription.ts';
import { SandboxApiError } from '../wire/api-error.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import { expandable, flag, integerAtLeast, readParams, text } from '../wire/params.ts';
import { type Call, endpoint } from './endpoint.ts';
import { expanded } from './expand.ts';
import { anchorParam, itemChanges, itemChangesOf, linesOf, onceLines, prorationBehavior } from './subscription-params.ts';

export const SUBSCRIPTION_CHANGES = [
  endpoint('POST', '/v1/subscriptions/:id', update),
  endpoint('DELETE', '/v1/subscriptions/:id', cancel),
  endpoint('POST', '/v1/subscriptions/:id/pause', pause),
  endpoint('POST', '/v1/subscriptions/:id/resume', resume),
];

const expand = expandable(['latest_invoice', 'latest_invoice.payments']);
const pauseCollection = z.strictObject({
  behavior: z.enum(['keep_as_draft', 'mark_uncollectible', 'void']),
  resumes_at: integerAtLeast(0).optional(),
});

const UPDATE = z.strictObject({
  items: itemChanges.default([]),
  add_invoice_items: onceLines,
  billing_cycle_anchor: anchorParam,
  cancel_at_period_end: flag.optional(),
  default_payment_method: text.optional(),
  metadata: z.record(z.string().max(40), z.string().max(500)).default({}),
  off_session: flag.optional(),
  pause_collection: z.union([z.literal(''), pauseCollection]).optional(),
  payment_behavior: z.literal('error_if_incomplete', 'The sandbox knows `error_if_incomplete` only.').optional(),
  proration_behavior: prorationBehavior,
  proration_date: integerAtLeast(0).optional(),
  expand,
});

const CANCEL = z.strictObject({ prorate: flag.default(false), invoice_now: flag.default(false), expand });
const READ = z.strictObject({ expand });

async function update(call: Call): Promise<Stripe.Subscription> {
  const params = readParams(UPDATE, call.form);
  const before = await lockSubscription(call, call.id);
  if (before.status === 'canceled') throw ended();
  const changes = changesOf(before, params, call.now);
  const isItems = params.items.length + params.add_invoice_items.length > 0 || params.billing_cycle_anchor.type === 'now';
  if (!isItems) return answer(call, await changeSubscription(call, { before, after: { ...before, ...changes } }), params.expand);
  const terms = {
    items: await itemChangesOf(call, params.items, 'items'),
    once: await linesOf(call, params.add_invoice_items, 'add_invoice_items'),
    anchor: params.billing_cycle_anchor.type,
    proration: params.proration_behavior,
    at: params.proration_date ?? toUnixSeconds(call.now),
  };
  return answer(call, await changeItems(call, before, terms, changes), params.expand);
}

/** The fields that change with nothing else. */
function changesOf(
  before: Stripe.Subscription,
  { cancel_at_period_end: isEnding, default_payment_method: method, metadata, pause_collection }: z.output<typeof UPDATE>,
  now: Date,
): Partial<Stripe.Subscription> {
  return {
    metadata: mergedMetadata(before.metadata, metadata),
    ...(method === undefined ? {} : { default_payment_method: method }),
    ...(isEnding === true
      ? { cancel_at_period_end: true, cancel_at: periodOf(before).end, canceled_at: toUnixSeconds(now) }
      : {}),
    ...(isEnding === false ? { cancel_at_period_end: false, cancel_at: null, canceled_at: null } : {}),
    ...(pause_collection === '' ? { pause_collection: null } : {}),
    ...(typeof pause_collection === 'object'
      ? { pause_collection: { behavior: pause_collection.behavior, resumes_at: pause_collection.resumes_at ?? null } }
      : {}),
  };
}

async function cancel(call: Call): Promise<Stripe.Subscription> {
  const { prorate, invoice_now, expand: paths } = readParams(CANCEL, call.form);
  const before = await lockSubscription(call, call.id);
  if (before.status === 'canceled') throw ended();
  return answer(call, await cancelSubscription(call, before, { prorate, invoiceNow: invoice_now }), paths);
}

async function pause(call: Call): Promise<Stripe.Subscription> {
  const params = readParams(READ, call.form);
  return answer(call, await pauseSubscription(call, await lockSubscription(call, call.id)), params.expand);
}

async function resume(call: Call): Promise<Stripe.Subscription> {
  const params = readParams(READ, call.form);
  return answer(call, await resumeSubscription(call, await lockSubscription(call, call.id)), params.expand);
}

function answer({ records }: Call, subscription: Stripe.Subscription, paths: readonly string[]): Promise<Stripe.Subscription> {
  return expanded(records, subscription, paths);
}

/** As Stripe answers for what it has ended: it is not there to be changed. */
function ended(): SandboxApiError {
  return new SandboxApiError('A canceled subscription can only update its cancellation_details and metadata.', {
    status: 400,
    code: 'invalid_canceled_subscription_fields',
  });
}
