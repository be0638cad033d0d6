import { type Plan, planKind } from '../catalog/types.ts';
import { CustomerNotFoundError, PlanNotFoundError } from '../values/errors.ts';
import { readInput } from '../values/input.ts';
import { toPlan } from './mappers/plan.ts';
import { planFields, readTerms } from './mappers/plan-input.ts';
import { accepting, flag, optionalText, optionalWhole, text } from './wire/fields.ts';
import type { AutumnDeps, Verbs } from './wire/verb.ts';

const listInput = accepting({ customer_id: optionalText, include_archived: flag.nullish() });
const getInput = accepting({ plan_id: text, version: optionalWhole });
const createInput = accepting({ ...planFields, name: text });
const updateInput = accepting({ ...planFields, archived: flag.nullish() });

const names = { id: 'plan_id', method: 'billing_method', upTo: 'to', tierMode: 'tier_behavior', expiresAfter: 'expiry' };

/** The verbs that create, change and read plans. */
export function planVerbs({ catalog, customers, purchases, environment }: AutumnDeps): Verbs {
  const show = (plan: Plan) => toPlan(plan, environment);

  /** The plans, each with what attaching it would do for this customer. */
  async function withEligibility(plans: readonly Plan[], customerId: string) {
    if (!(await customers.find(customerId))) throw new CustomerNotFoundError(customerId);
    const held = new Set((await purchases.activePlans(customerId)).map(({ id }) => id));
    return plans.map((plan) => ({ ...show(plan), customer_eligibility: eligibilityOf(plan, held.has(plan.id)) }));
  }

  return {
    'plans.list': {
      scopes: ['READ', 'CATALOGUE'],
      repeats: 'harmless',
      async run({ body }) {
        const { customer_id: customerId, include_archived } = readInput(listInput, body);
        const plans = await catalog.plans({ includeArchived: include_archived ?? false });
        return { list: customerId === undefined ? plans.map(show) : await withEligibility(plans, customerId) };
      },
    },
    'plans.get': {
      scopes: ['READ', 'CATALOGUE'],
      repeats: 'harmless',
      async run({ body }) {
        const { plan_id: id, version } = readInput(getInput, body);
        const plan = await (version === undefined ? catalog.newestPlan(id) : catalog.planVersion({ id, version }));
        if (!plan) throw new PlanNotFoundError(id);
        return show(plan);
      },
    },
    'plans.create': {
      scopes: ['CATALOGUE'],
      names,
      repeats: 'refused',
      audit: 'before',
      async run({ body }) {
        const input = readInput(createInput, body);
        const { items = [], ...terms } = readTerms(input);
        return show(await catalog.createPlan({ ...terms, items, id: input.plan_id }));
      },
    },
    'plans.update': {
      scopes: ['CATALOGUE'],
      names,
      repeats: 'refused',
      audit: 'before',
      async run({ body }) {
        const input = readInput(updateInput, body);
        const { plan_id: id, archived } = input;
        const terms = readTerms(input);
        const isChanged = Object.values(terms).some((term) => term !== undefined);
        if (archived && !isChanged) return show(await catalog.archivePlan({ id }));
        return show(await catalog.updatePlan({ ...terms, id }, { archived: archived ?? false }));
      },
    },
  };
}

function eligibilityOf(plan: Plan, isHeld: boolean) {
  const sells = plan.items.some((item) => item.price !== null);
  // A customer who has a base plan can only buy more of it.
  const isDone = isHeld && planKind(plan) === 'BASE' && !sells;
  const action = sells || plan.price !== null ? 'purchase' : 'activate';
  return { ...(isHeld ? { status: 'active' } : {}), attach_action: isDone ? 'none' : action };
}
