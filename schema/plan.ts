import { planKey } from '../src/catalog/catalog.ts';
import { type Plan, type PlanKind, planKind } from '../src/catalog/types.ts';
import { mayAttach } from '../src/purchases/attach/attach.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { hideFromCustomers } from './access.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { IntervalType } from './interval.ts';
import { mustExist } from './must-exist.ts';
import { PaymentReturnPolicyEnum } from './payment-return-policy.ts';
import { PlanItemObject, PlanPriceObject } from './plan-item.ts';

const PlanKindEnum = builder.enumType('PlanKind', {
  description: 'How a plan combines with the other plans of a customer.',
  values: {
    BASE: {
      description:
        'A customer has one BASE plan of each group at a time: attaching another replaces ' +
        'it. Attaching the same one again buys more of what it sells, and grants what it ' +
        'includes only once.',
    },
    ADD_ON: { description: 'The plan has addOn: true. Each attach adds to what the customer has.' },
    ONE_OFF: {
      description:
        'The plan charges something, and nothing of it recurs or resets. Each attach adds ' +
        'to what the customer has, as top-ups do.',
    },
  } satisfies Record<PlanKind, { description: string }>,
});

/**
 * The version of a plan that another object refers to, from memory but for `archivedAt`, as
 * features are.
 */
export async function namedPlan(
  { catalog }: Context,
  key: { id: string; version: number },
): Promise<Plan> {
  return mustExist(await catalog.rememberedPlan(key), key.id);
}

export const PlanObject = builder.objectRef<Plan>('Plan').implement({
  description:
    'One version of a plan: what can be attached to a customer. A version never ' +
    'changes, only archivedAt does; an updatePlan that changes something creates the next one.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'Your own id for the plan, such as "top_up". All versions share it.',
    }),
    version: t.exposeInt('version', {
      description: 'The number of this version: 1, 2, 3 and so on.',
    }),
    key: t.id({
      description:
        'The id and version together, such as "top_up@2". Client caches must normalise by ' +
        'it, since versions share an id.',
      resolve: planKey,
    }),
    name: t.exposeString('name', {
      description: 'The name that people read, also on the payment page: 1 to 200 characters.',
    }),
    description: t.exposeString('description', {
      nullable: true,
      description: 'A longer text for people: up to 2,000 characters; null if there is none.',
    }),
    group: t.exposeString('group', {
      nullable: true,
      description: 'A customer has one base plan of each group at a time; null: the default group.',
    }),
    kind: t.field({
      type: PlanKindEnum,
      description:
        "How the plan combines with the customer's other plans. It follows from addOn, " +
        'prices and resets.',
      resolve: planKind,
    }),
    addOn: t.exposeBoolean('addOn', {
      description:
        'True if the plan was marked as an add-on: each attach adds to what the customer ' + 'has.',
    }),
    autoEnable: t.exposeBoolean('autoEnable', {
      description:
        'True if every new customer gets the plan. It also comes back when another base ' +
        'plan of its group ends.',
    }),
    onPaymentReturned: t.expose('onPaymentReturned', {
      type: PaymentReturnPolicyEnum,
      description:
        'What becomes of units of this plan that were spent already when their payment is ' +
        'refunded or disputed.',
    }),
    gracePeriod: t.expose('gracePeriod', {
      type: IntervalType,
      nullable: true,
      description:
        'How long the customer keeps what the plan gave while a renewal is not paid, ' +
        'counted from the day it was due; null: until the payment provider gives up. No ' +
        'unpaid renewal gives anything new.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'Facts that your app keeps with the plan. Always {} for customer tokens.',
      resolve: ({ metadata }, _, context) => hideFromCustomers(context, metadata, {}),
    }),
    price: t.expose('price', {
      type: PlanPriceObject,
      nullable: true,
      description: 'What the plan itself costs, apart from what its items sell; null: nothing.',
    }),
    items: t.field({
      type: [PlanItemObject],
      extensions: declareCost({ list: 5 }),
      description: 'What the plan gives and sells, in the order in which the items were given.',
      resolve: (plan) => [...plan.items],
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When this version of the plan was created.',
    }),
    archivedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the plan was taken off sale: it cannot be attached any more, and customers ' +
        'who have it keep it. Null if it is not archived.',
      resolve: async (plan, _, { catalog }) =>
        plan.archivedAt ?? mustExist(await catalog.planVersion(plan), plan.id).archivedAt,
    }),
  }),
});

/**
 * True for a secret key; a customer token sees the plans that it may attach and those that its
 * customer has.
 */
async function mayRead(context: Context, plan: { id: string; version: number }): Promise<boolean> {
  const { actor, purchases } = context;
  if (mayAttach(actor, plan.id) || actor.kind === 'app') return true;
  const held = await purchases.activePlans(actor.customerId);
  return held.some(({ id, version }) => id === plan.id && version === plan.version);
}

builder.queryFields((t) => ({
  plan: t.field({
    type: PlanObject,
    nullable: true,
    description:
      'Returns a plan, archived or not; null if there is none. A customer token sees ' +
      'the plans that it may attach and those that its customer has.',
    args: {
      id: t.arg.id({ required: true, description: 'The id that your app gave the plan.' }),
      version: t.arg.int({ description: 'The version to return. Left out: the newest one.' }),
    },
    resolve: async (_, { id, version }, context) => {
      const { catalog } = context;
      const plan =
        version == null ? await catalog.newestPlan(id) : await catalog.planVersion({ id, version });
      return plan && (await mayRead(context, plan)) ? plan : null;
    },
  }),
  plans: t.field({
    type: [PlanObject],
    extensions: declareCost({ list: 50 }),
    description:
      'Lists the newest version of each plan, the oldest plan first, without pages. A ' +
      'customer token sees the plans that it may attach and those that its customer ' +
      'has.',
    args: {
      includeArchived: t.arg.boolean({
        defaultValue: false,
        description: 'Whether to list archived plans as well.',
      }),
    },
    resolve: async (_, { includeArchived }, context) => {
      const plans = await context.catalog.plans({ includeArchived: includeArchived ?? false });
      const readable = await Promise.all(plans.map((plan) => mayRead(context, plan)));
      return plans.filter((_plan, index) => readable[index]);
    },
  }),
}));
