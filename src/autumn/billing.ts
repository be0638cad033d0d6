import { z } from 'zod';
import { baseGroup } from '../catalog/types.ts';
import { readInput } from '../values/input.ts';
import { attachAnswer, attachOrDeclined } from './attach-answer.ts';
import { accepting, amount, optionalText, text } from './wire/fields.ts';
import type { AutumnDeps, Call, Verbs } from './wire/verb.ts';

const input = accepting({
  customer_id: text,
  plan_id: text,
  feature_quantities: z.array(accepting({ feature_id: text, quantity: amount })).nullish(),
  redirect_mode: optionalText,
  success_url: optionalText,
  metadata: z.record(z.string(), z.string('must be a string')).nullish(),
});

const names = { checkout: 'redirect_mode' };

/**
 * The verbs that preview and attach a plan. A customer with a saved payment method is charged at
 * once; any other who has to pay gets a payment page.
 */
export function billingVerbs(deps: AutumnDeps): Verbs {
  return {
    'billing.attach': {
      scopes: ['PURCHASES'],
      names,
      repeats: 'by-key',
      audit: 'before',
      async run({ actor, body, idempotencyKey, withoutCustomerData }) {
        const { request, redirect_mode, success_url: successUrl, metadata } = readAttach(await withoutCustomerData(body));
        const checkout = redirect_mode?.toUpperCase();
        const wanted = { ...request, checkout, successUrl, metadata, idempotencyKey };
        return attachAnswer(deps, await attachOrDeclined(deps, actor, wanted));
      },
    },
    'billing.preview_attach': { scopes: ['READ', 'PURCHASES'], names, repeats: 'harmless', run: (call) => preview(deps, call) },
  };
}

function readAttach(body: unknown) {
  const { customer_id: customerId, plan_id: planId, feature_quantities, ...rest } = readInput(input, body);
  const featureQuantities = feature_quantities?.map(({ feature_id: featureId, quantity }) => ({ featureId, quantity }));
  return { request: { customerId, planId, featureQuantities }, ...rest };
}

async function preview(deps: AutumnDeps, { actor, body }: Call) {
  const { request } = readAttach(body);
  const { total, lines, quantities, checkoutRequired } = await deps.purchases.preview(actor, request);
  const amountDue = total?.amount ?? 0n;
  const when = { effective_at: null, canceled_at: null, expires_at: null };
  return {
    customer_id: request.customerId,
    line_items: lines.map(({ description, amount: due, quantity }) => ({
      display_name: description,
      description,
      subtotal: due.amount,
      total: due.amount,
      plan_id: request.planId,
      feature_id: null,
      quantity,
    })),
    subtotal: amountDue,
    total: amountDue,
    currency: total?.currency ?? null,
    incoming: [
      {
        plan_id: request.planId,
        feature_quantities: quantities.map(({ featureId, included, bought }) => ({
          feature_id: featureId,
          quantity: included + bought,
        })),
        ...when,
      },
    ],
    outgoing: (await findReplaced(deps, request)).map((planId) => ({ plan_id: planId, feature_quantities: [], ...when })),
    redirect_to_checkout: checkoutRequired,
    checkout_type: checkoutRequired ? 'stripe_checkout' : null,
  };
}

/** The ids of the customer's base plans that attaching this plan replaces. */
async function findReplaced(
  { catalog, purchases }: AutumnDeps,
  request: { readonly customerId: string; readonly planId: string },
) {
  const [plan, held] = await Promise.all([catalog.newestPlan(request.planId), purchases.activePlans(request.customerId)]);
  const group = plan && baseGroup(plan);
  if (group === null) return [];
  const plans = await Promise.all(held.map(catalog.planVersion));
  return plans.flatMap((other) => (other && other.id !== request.planId && baseGroup(other) === group ? [other.id] : []));
}
