/** Pauses a subscription, so that it makes no invoices, and lets it go on. */
import type Stripe from 'stripe';
import { periodOf } from '../objects/subscription.ts';
import { SandboxApiError } from '../wire/api-error.ts';
import { toUnixSeconds } from '../wire/object-id.ts';
import type { Act } from './act.ts';
import { changeItems } from './change-items.ts';
import { changeSubscription } from './write-subscription.ts';

export function pauseSubscription(act: Act, before: Stripe.Subscription): Promise<Stripe.Subscription> {
  requireStatus(before, 'active', 'paused');
  return changeSubscription(act, { before, after: { ...before, status: 'paused' }, event: 'paused' });
}

/** A period that has ended meanwhile begins anew, and is paid. */
export async function resumeSubscription(act: Act, before: Stripe.Subscription): Promise<Stripe.Subscription> {
  requireStatus(before, 'paused', 'resumed');
  const active = await changeSubscription(act, { before, after: { ...before, status: 'active' }, event: 'resumed' });
  const at = toUnixSeconds(act.now);
  if (periodOf(active).end > at) return active;
  return changeItems(act, active, { items: [], once: [], anchor: 'now', proration: 'none', at }, {});
}

function requireStatus({ status }: Stripe.Subscription, wanted: string, verb: string): void {
  if (status === wanted) return;
  throw new SandboxApiError(`Only a subscription with the status \`${wanted}\` can be ${verb}; this one is \`${status}\`.`, {
    status: 400,
  });
}
