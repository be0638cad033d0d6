import { z } from 'zod';
import type { Purchase } from '../purchases/model/types.ts';
import { CustomerNotFoundError, refuseInput } from '../values/errors.ts';
import { readInput } from '../values/input.ts';
import { findHeld } from './mappers/customer.ts';
import { accepting, NOT_SUPPORTED, optionalText, text } from './wire/fields.ts';
import type { AutumnDeps, Call, Verbs } from './wire/verb.ts';

const CANCEL_ACTIONS = ['cancel_immediately', 'cancel_end_of_cycle', 'uncancel'] as const;

const input = accepting({
  customer_id: text,
  plan_id: text,
  cancel_action: z.enum(
    CANCEL_ACTIONS,
    `must be one of ${CANCEL_ACTIONS.join(', ')}: another change of a subscription ${NOT_SUPPORTED}`,
  ),
  redirect_mode: optionalText,
});

const portalInput = accepting({ customer_id: text, return_url: text });

/** The verbs for what a customer has: cancel a plan, take that back, open the customer's portal. */
export function subscriptionVerbs(deps: AutumnDeps): Verbs {
  return {
    'billing.update': { names: { purchaseId: 'plan_id' }, repeats: 'harmless', run: (call) => update(deps, call) },
    'billing.open_customer_portal': { names: {}, repeats: 'harmless', run: (call) => openPortal(deps, call) },
  };
}

async function openPortal({ purchases }: AutumnDeps, { actor, body }: Call) {
  const { customer_id, return_url: returnUrl } = readInput(portalInput, body);
  return { customer_id, url: await purchases.openPortal(actor, { customerId: customer_id, returnUrl }) };
}

async function update(deps: AutumnDeps, { body }: Call) {
  const { customer_id, plan_id, cancel_action } = readInput(input, body);
  if (!(await deps.customers.find(customer_id))) throw new CustomerNotFoundError(customer_id);
  const held = (await findHeld(deps, customer_id)).find(({ plan, purchase }) => plan.id === plan_id && !purchase.onlyBought);
  if (!held) return refuseInput(['plan_id'], 'names a plan that the customer does not have');
  await DO[cancel_action](deps, held.purchase);
  return { customer_id, payment_url: null };
}

const DO: Record<(typeof CANCEL_ACTIONS)[number], ({ purchases }: AutumnDeps, purchase: Purchase) => Promise<unknown>> = {
  cancel_immediately: ({ purchases }, { id }) => purchases.cancel({ purchaseId: id, when: 'NOW' }),
  cancel_end_of_cycle: ({ purchases }, { id }) => purchases.cancel({ purchaseId: id, when: 'PERIOD_END' }),
  // The same again changes nothing.
  uncancel: async ({ purchases }, { id, cancelAtPeriodEnd }) => cancelAtPeriodEnd && purchases.resume({ purchaseId: id }),
};
