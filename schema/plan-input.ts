import { BillingMethodEnum } from './billing-method.ts';
import { builder } from './builder.ts';
import { IntervalInput } from './interval.ts';
import { MoneyInput } from './money.ts';
import { PriceTierInput, TierModeEnum } from './price-tier.ts';
import { RolloverInput } from './rollover.ts';

/** What callers send to make a plan, or its next version. */

const PlanPriceInput = builder.inputType('PlanPriceInput', {
  description: 'What the plan itself costs.',
  fields: (t) => ({
    amount: t.field({ type: MoneyInput, required: true, description: 'How much.' }),
    interval: t.field({ type: IntervalInput, description: 'Recurring prices are not supported yet: leave it out.' }),
  }),
});

const ItemPriceInput = builder.inputType('ItemPriceInput', {
  description: 'What more of a feature costs.',
  fields: (t) => ({
    amount: t.field({
      type: MoneyInput,
      required: true,
      description: 'For one billing unit; with tiers: for one beyond the last tier. Where that has no end, it is never reached.',
    }),
    billingUnits: t.field({ type: 'Decimal', defaultValue: '1', description: 'How much is sold at a time.' }),
    method: t.field({ type: BillingMethodEnum, required: true, description: 'PREPAID; USAGE_BASED is not supported yet.' }),
    interval: t.field({ type: IntervalInput, description: 'Recurring prices are not supported yet: leave it out.' }),
    maxPurchase: t.field({ type: 'Decimal', description: 'The most that one purchase may buy.' }),
    tiers: t.field({
      type: [PriceTierInput],
      description: 'Prices that change with what is purchased: 1 to 100, the lowest first. What is included fills no tier.',
    }),
    tierMode: t.field({ type: TierModeEnum, description: 'How the tiers are charged; left out: GRADUATED. Only with tiers.' }),
  }),
});

const PlanItemInput = builder.inputType('PlanItemInput', {
  description: 'What the plan gives of one feature.',
  fields: (t) => ({
    featureId: t.id({ required: true, description: 'Of what.' }),
    included: t.field({
      type: 'Decimal',
      defaultValue: '0',
      description: 'Granted with the plan itself: a whole multiple of price.billingUnits.',
    }),
    unlimited: t.boolean({ defaultValue: false, description: 'As much as is wanted.' }),
    reset: t.field({ type: IntervalInput, description: 'How often what is included is filled up again.' }),
    rollover: t.field({
      type: RolloverInput,
      description: 'Keeps what is left when it is filled up again; only where something is included and has a reset.',
    }),
    price: t.field({ type: ItemPriceInput, description: 'What more costs.' }),
    expiresAfter: t.field({ type: IntervalInput, description: 'How long a grant can be used.' }),
  }),
});

export const CreatePlanInput = builder.inputType('CreatePlanInput', {
  description: 'A new plan.',
  fields: (t) => ({
    id: t.id({ required: true, description: '1 to 200 visible characters, such as "top_up".' }),
    name: t.string({ required: true, description: 'For people.' }),
    description: t.string({ description: 'More words for people.' }),
    group: t.string({ description: 'Base plans of one group exclude each other.' }),
    addOn: t.boolean({ defaultValue: false, description: 'It stacks.' }),
    autoEnable: t.boolean({
      defaultValue: false,
      description: 'Attach it to every new customer; only for a plan that costs nothing.',
    }),
    price: t.field({ type: PlanPriceInput, description: 'What the plan itself costs.' }),
    items: t.field({ type: [PlanItemInput], required: true, description: 'What it gives.' }),
  }),
});

export const UpdatePlanInput = builder.inputType('UpdatePlanInput', {
  description: 'What the next version changes; what is left out stays as it was.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Which plan.' }),
    name: t.string({ description: 'For people.' }),
    description: t.string({ description: 'More words for people; null removes them.' }),
    group: t.string({ description: 'Base plans of one group exclude each other; null: the default group.' }),
    addOn: t.boolean({ description: 'It stacks.' }),
    autoEnable: t.boolean({ description: 'Attach it to every new customer.' }),
    price: t.field({ type: PlanPriceInput, description: 'What the plan itself costs; null: nothing.' }),
    items: t.field({ type: [PlanItemInput], description: 'What it gives, all of it.' }),
  }),
});

export const ArchivePlanInput = builder.inputType('ArchivePlanInput', {
  description: 'Which plan to archive.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id.' }) }),
});
