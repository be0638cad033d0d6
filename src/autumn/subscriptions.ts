import { z } from 'zod';
import type { Purchase } from '../purchases/model/types.ts';
import { CustomerNotFoundError, refuseInput } from '../values/errors.ts';
import { readInput } from '../values/input.ts';
import { findHeld, type Held, isSold } from './mappers/customer.ts';
import { accepting, NOT_SUPPORTED, optionalText, text } from './wire/fields.ts';
import type { AutumnDeps, Call, Verbs } from './wire/verb.ts';

const CANCEL_ACTIONS = ['cancel_immediately', 'cancel_end_of_cycle', 'uncancel'] as const;

const input = accepting({
  customer_id: text,
  plan_id: optionalText,
  subscription_id: optionalText,
  cancel_action: z.enum(
    CANCEL_ACTIONS,
    `must be one of ${CANCEL_ACTIONS.join(', ')}: another change of a subscription ${NOT_SUPPORTED}`,
  ),
  redirect_mode: optionalText,
});

const portalInput = accepting({ customer_id: text, return_url: text });
const setupInput = accepting({ customer_id: text, success_url: text });

/**
 * The verbs for what a customer has: cancel a plan, take that back, save a card, open the portal.
 */
export function subscriptionVerbs(deps: AutumnDeps): Verbs {
  return {
    'billing.update': {
      scopes: ['PURCHASES'],
      names: { purchaseId: 'plan_id' },
      repeats: 'harmless',
      audit: 'before',
      run: (call) => update(deps, call),
    },
    'billing.open_customer_portal': {
      scopes: ['PURCHASES'],
      names: {},
      repeats: 'harmless',
      audit: 'before',
      run: (call) => openPortal(deps, call),
    },
    'billing.setup_payment': {
      scopes: ['PURCHASES'],
      names: {},
      repeats: 'harmless',
      audit: 'before',
      run: (call) => setUpPayment(deps, call),
    },
  };
}

async function openPortal({ purchases }: AutumnDeps, { actor, body }: Call) {
  const { customer_id, return_url: returnUrl } = readInput(portalInput, body);
  return { customer_id, url: await purchases.openPortal(actor, { customerId: customer_id, returnUrl }) };
}

async function setUpPayment(deps: AutumnDeps, { actor, body, withoutCustomerData }: Call) {
  const { customer_id, success_url: successUrl } = readInput(setupInput, await withoutCustomerData(body));
  return { customer_id, url: await deps.purchases.openSetup(actor, { customerId: customer_id, successUrl }) };
}

async function update(deps: AutumnDeps, { body }: Call) {
  const { customer_id, plan_id, subscription_id, cancel_action } = readInput(input, body);
  if (!(plan_id || subscription_id)) refuseInput(['plan_id'], 'must be given, or subscription_id');
  if (!(await deps.customers.find(customer_id))) throw new CustomerNotFoundError(customer_id);
  const named = (await findHeld(deps, customer_id)).filter(
    (held) =>
      !held.purchase.onlyBought &&
      (!plan_id || held.plan.id === plan_id) &&
      (!subscription_id || held.purchase.id === subscription_id),
  );
  const held = chosen(named);
  if (!held) return refuseInput([subscription_id ? 'subscription_id' : 'plan_id'], 'names nothing that the customer has');
  await DO[cancel_action](deps, held.purchase);
  return { customer_id, payment_url: null };
}

/**
 * Of several purchases of a plan: one that recurs before one that was bought once, and one that is
 * paid before one that is not. Of equals the newest, so that the same request means the same one.
 */
function chosen(newestFirst: readonly Held[]): Held | undefined {
  const rank = (held: Held) => Number(isSold(held)) * 2 + Number(held.purchase.status !== 'ACTIVE');
  return newestFirst.toSorted((one, other) => rank(one) - rank(other))[0];
}

const DO: Record<(typeof CANCEL_ACTIONS)[number], ({ purchases }: AutumnDeps, purchase: Purchase) => Promise<unknown>> = {
  cancel_immediately: ({ purchases }, { id }) => purchases.cancel({ purchaseId: id, when: 'NOW' }),
  cancel_end_of_cycle: ({ purchases }, { id }) => purchases.cancel({ purchaseId: id, when: 'PERIOD_END' }),
  // The same again changes nothing.
  uncancel: async ({ purchases }, { id, cancelAtPeriodEnd }) => cancelAtPeriodEnd && purchases.resume({ purchaseId: id }),
};
