import { BillingMethodEnum } from './billing-method.ts';
import { builder } from './builder.ts';
import { IntervalInput } from './interval.ts';
import { MoneyInput } from './money.ts';
import { PriceTierInput, TierModeEnum } from './price-tier.ts';

/** The prices of a plan and of its items, as an input. */

export const PlanPriceInput = builder.inputType('PlanPriceInput', {
  description: 'What the plan itself costs, apart from what its items sell.',
  fields: (t) => ({
    amount: t.field({
      type: MoneyInput,
      required: true,
      description:
        'The price of the plan, charged when it is attached. All prices of a plan have ' +
        'one currency.',
    }),
    interval: t.field({
      type: IntervalInput,
      description:
        'How often the price is charged: every so many days, weeks, months or years, at ' +
        'most three years. All recurring prices of a plan have one length. Each payment ' +
        'gives what the plan includes anew. Left out: charged once.',
    }),
  }),
});

export const ItemPriceInput = builder.inputType('ItemPriceInput', {
  description:
    'What more of a feature costs: { amount: 10 usd, billingUnits: 100 } is $10 for ' + 'each 100.',
  fields: (t) => ({
    amount: t.field({
      type: MoneyInput,
      required: true,
      description:
        'The price of one pack of `billingUnits`. With tiers: of one pack beyond the last ' +
        'tier; if that tier has no end, this price never applies.',
    }),
    billingUnits: t.field({
      type: 'Decimal',
      defaultValue: '1',
      description:
        'How many units of the feature are sold together: above zero. With 100, customers ' +
        'buy 100, 200, 300 and so on.',
    }),
    method: t.field({
      type: BillingMethodEnum,
      required: true,
      description: 'Must be PREPAID: USAGE_BASED is not supported yet.',
    }),
    interval: t.field({
      type: IntervalInput,
      description:
        'How often the price is charged: every so many days, weeks, months or years, at ' +
        'most three years. All recurring prices of a plan have one length. Each payment ' +
        'gives what was bought anew. Left out: charged once.',
    }),
    maxPurchase: t.field({
      type: 'Decimal',
      description:
        'The most units of the feature that one purchase may buy: above zero. Left out: ' +
        'no limit of the plan.',
    }),
    tiers: t.field({
      type: [PriceTierInput],
      description:
        'Prices that depend on the quantity: 1 to 100 tiers, the lowest first. What the ' +
        'plan includes fills no tier. Left out: every pack costs `amount`.',
    }),
    tierMode: t.field({
      type: TierModeEnum,
      description: 'How the tiers are charged. Left out: GRADUATED. Only for a price with tiers.',
    }),
  }),
});
