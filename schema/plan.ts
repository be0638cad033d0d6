import { planKey } from '../src/catalog/catalog.ts';
import { type ItemPrice, type Plan, type PlanItem, type PlanKind, type PlanPrice, planKind } from '../src/catalog/types.ts';
import { mayAttach } from '../src/purchases/attach/attach.ts';
import { AlreadyExistsError, FeatureNotFoundError, InvalidInputError, PlanNotFoundError } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { BillingMethodEnum } from './billing-method.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { existing } from './existing.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { IntervalType } from './interval.ts';
import { MoneyType } from './money.ts';
import { ArchivePlanInput, CreatePlanInput, UpdatePlanInput } from './plan-input.ts';
import { PriceTierObject, TierModeEnum } from './price-tier.ts';
import { RolloverObject } from './rollover.ts';

const PlanPriceObject = builder.objectRef<PlanPrice>('PlanPrice').implement({
  description: 'What the plan itself costs.',
  fields: (t) => ({
    amount: t.expose('amount', { type: MoneyType, description: 'How much.' }),
    interval: t.expose('interval', { type: IntervalType, nullable: true, description: 'How often; null: paid once.' }),
  }),
});

const ItemPriceObject = builder.objectRef<ItemPrice>('ItemPrice').implement({
  description: 'What more of a feature costs: { amount: 10 usd, billingUnits: 100 } is $10 for each 100.',
  fields: (t) => ({
    amount: t.expose('amount', {
      type: MoneyType,
      description: 'For one billing unit; with tiers: for one beyond the last tier, where that has an end.',
    }),
    billingUnits: t.expose('billingUnits', { type: 'Decimal', description: 'How much is sold at a time.' }),
    method: t.expose('method', { type: BillingMethodEnum, description: 'When it is paid.' }),
    interval: t.expose('interval', { type: IntervalType, nullable: true, description: 'How often; null: paid once.' }),
    maxPurchase: t.expose('maxPurchase', {
      type: 'Decimal',
      nullable: true,
      description: 'The most that one purchase may buy; null: no bound.',
    }),
    tiers: t.field({
      type: [PriceTierObject],
      extensions: declareCost({ list: 5 }),
      nullable: true,
      description: 'Prices that change with what is purchased, the lowest first; null: every billing unit costs the same.',
      resolve: ({ tiers }) => tiers && [...tiers],
    }),
    tierMode: t.expose('tierMode', {
      type: TierModeEnum,
      nullable: true,
      description: 'How the tiers are charged; null where there are none.',
    }),
  }),
});

const PlanItemObject = builder.objectRef<PlanItem>('PlanItem').implement({
  description: 'What a plan gives of one feature, and at what price.',
  fields: (t) => ({
    feature: t.field({
      type: FeatureObject,
      description: 'Of what.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    included: t.expose('included', { type: 'Decimal', description: 'Granted with the plan itself.' }),
    unlimited: t.exposeBoolean('unlimited', { description: 'As much as is wanted.' }),
    reset: t.expose('reset', {
      type: IntervalType,
      nullable: true,
      description: 'How often what is included is filled up again; null: never.',
    }),
    rollover: t.expose('rollover', {
      type: RolloverObject,
      nullable: true,
      description: 'What is left of what is included when it is filled up again, and is kept; null: nothing.',
    }),
    price: t.expose('price', {
      type: ItemPriceObject,
      nullable: true,
      description: 'What more costs; null: no more can be bought.',
    }),
    expiresAfter: t.expose('expiresAfter', {
      type: IntervalType,
      nullable: true,
      description: 'How long a grant can be used; null: forever.',
    }),
  }),
});

const PlanKindEnum = builder.enumType('PlanKind', {
  description: 'How a plan stands beside others of the same customer.',
  values: {
    BASE: {
      description:
        'One of its group at a time: it takes the place of another. Who has it and attaches it again buys more of what it sells, and gets nothing that it includes a second time.',
    },
    ADD_ON: { description: 'Marked as addOn: each attach stacks on whatever the customer has.' },
    ONE_OFF: { description: 'Something is charged, and nothing of it recurs or resets: each attach stacks, as top-ups do.' },
  } satisfies Record<PlanKind, { description: string }>,
});

/** A version of a plan that something names: from memory, as a feature is, but for `archivedAt`. */
export async function namedPlan({ catalog }: Context, key: { id: string; version: number }): Promise<Plan> {
  return existing(await catalog.rememberedPlan(key), key.id);
}

export const PlanObject = builder.objectRef<Plan>('Plan').implement({
  description: 'One version of what can be attached to a customer. It never changes: an update makes the next version.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "The app's own id, the same for all versions." }),
    version: t.exposeInt('version', { description: '1, 2, 3 …' }),
    key: t.id({ description: 'id@version: what a client cache must normalise by.', resolve: planKey }),
    name: t.exposeString('name', { description: 'For people; it stands on the payment page.' }),
    description: t.exposeString('description', { nullable: true, description: 'More words for people.' }),
    group: t.exposeString('group', {
      nullable: true,
      description: 'Base plans of one group exclude each other; null: the default group.',
    }),
    kind: t.field({ type: PlanKindEnum, description: 'What its prices, resets and addOn make of it.', resolve: planKind }),
    addOn: t.exposeBoolean('addOn', { description: 'It stacks on whatever else the customer has.' }),
    autoEnable: t.exposeBoolean('autoEnable', { description: 'Attached to every new customer by itself.' }),
    price: t.expose('price', {
      type: PlanPriceObject,
      nullable: true,
      description: 'What the plan itself costs; null: nothing.',
    }),
    items: t.field({
      type: [PlanItemObject],
      extensions: declareCost({ list: 5 }),
      description: 'What it gives.',
      resolve: (plan) => [...plan.items],
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When this version was made.' }),
    archivedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when it cannot be attached. Who has it keeps it.',
      resolve: async (plan, _, { catalog }) => plan.archivedAt ?? existing(await catalog.planVersion(plan), plan.id).archivedAt,
    }),
  }),
});

/** A customer token sees the plans that it may attach, and those that its customer holds. */
async function mayRead(context: Context, plan: { id: string; version: number }): Promise<boolean> {
  const { actor, purchases } = context;
  if (mayAttach(actor, plan.id) || actor.kind === 'app') return true;
  const held = await purchases.heldPlans(actor.customerId);
  return held.some(({ id, version }) => id === plan.id && version === plan.version);
}

builder.queryFields((t) => ({
  plan: t.field({
    type: PlanObject,
    nullable: true,
    description:
      'One plan, archived ones too; null where there is none. A customer token sees what it may attach and what its customer holds.',
    args: {
      id: t.arg.id({ required: true, description: 'Its id.' }),
      version: t.arg.int({ description: 'Which version; left out: the newest.' }),
    },
    resolve: async (_, { id, version }, context) => {
      const { catalog } = context;
      const plan = version == null ? await catalog.newestPlan(id) : await catalog.planVersion({ id, version });
      return plan && (await mayRead(context, plan)) ? plan : null;
    },
  }),
  plans: t.field({
    type: [PlanObject],
    extensions: declareCost({ list: 50 }),
    description:
      'The newest version of each plan, the oldest plan first. A customer token sees what it may attach and what its customer holds.',
    args: { includeArchived: t.arg.boolean({ defaultValue: false, description: 'The archived ones too.' }) },
    resolve: async (_, { includeArchived }, context) => {
      const plans = await context.catalog.plans({ includeArchived: includeArchived ?? false });
      const readable = await Promise.all(plans.map((plan) => mayRead(context, plan)));
      return plans.filter((_plan, index) => readable[index]);
    },
  }),
}));

function success(name: string, description: string) {
  return builder.objectRef<{ plan: Plan }>(name).implement({
    description,
    fields: (t) => ({ plan: t.expose('plan', { type: PlanObject, description: 'The plan.' }) }),
  });
}

const CreatePlanPayload = builder.errorUnion('CreatePlanPayload', {
  description: 'What came of createPlan.',
  types: [success('CreatePlanSuccess', 'The plan is on sale.'), AlreadyExistsError, FeatureNotFoundError, InvalidInputError],
  resolveType: () => 'CreatePlanSuccess',
});

const UpdatePlanPayload = builder.errorUnion('UpdatePlanPayload', {
  description: 'What came of updatePlan.',
  types: [
    success('UpdatePlanSuccess', 'The next version is on sale.'),
    PlanNotFoundError,
    FeatureNotFoundError,
    InvalidInputError,
  ],
  resolveType: () => 'UpdatePlanSuccess',
});

const ArchivePlanPayload = builder.errorUnion('ArchivePlanPayload', {
  description: 'What came of archivePlan.',
  types: [success('ArchivePlanSuccess', 'The plan is no longer on sale.'), PlanNotFoundError],
  resolveType: () => 'ArchivePlanSuccess',
});

builder.mutationFields((t) => ({
  createPlan: t.field({
    type: CreatePlanPayload,
    nullable: true,
    description: 'Puts a plan on sale.',
    args: { input: t.arg({ type: CreatePlanInput, required: true, description: 'What to make.' }) },
    resolve: appOnly(async (_, { input }, { catalog }) => ({ plan: await catalog.createPlan(input) })),
  }),
  updatePlan: t.field({
    type: UpdatePlanPayload,
    nullable: true,
    description: 'Makes the next version. Customers who hold an older one keep it as it is.',
    args: { input: t.arg({ type: UpdatePlanInput, required: true, description: 'What changes.' }) },
    resolve: appOnly(async (_, { input }, { catalog }) => ({ plan: await catalog.updatePlan({ ...input }) })),
  }),
  archivePlan: t.field({
    type: ArchivePlanPayload,
    nullable: true,
    description: 'Takes a plan off sale. Who has it keeps it. Twice is once.',
    args: { input: t.arg({ type: ArchivePlanInput, required: true, description: 'Which.' }) },
    resolve: appOnly(async (_, { input }, { catalog }) => ({ plan: await catalog.archivePlan(input) })),
  }),
}));
