import type { PriceTier, TIER_MODES } from '../src/catalog/types.ts';
import { builder } from './builder.ts';
import { MoneyInput, MoneyType } from './money.ts';

export const TierModeEnum = builder.enumType('TierMode', {
  description: 'How a quantity is charged when the price has tiers.',
  values: {
    GRADUATED: {
      description:
        'Each part of the quantity is charged at the price of its own tier, plus the flat ' +
        'amount of every tier that it reaches.',
    },
    VOLUME: {
      description:
        'The whole quantity is charged at the price of the tier in which it ends, plus ' +
        'the flat amount of that tier.',
    },
  } satisfies Record<(typeof TIER_MODES)[number], { description: string }>,
});

export const PriceTierObject = builder.objectRef<PriceTier>('PriceTier').implement({
  description:
    'The price of one part of what is purchased. A tier begins where the tier before ' + 'it ends.',
  fields: (t) => ({
    upTo: t.expose('upTo', {
      type: 'Decimal',
      nullable: true,
      description:
        'The last unit of the feature that belongs to the tier, counted over what is ' +
        'purchased; null: the tier has no end.',
    }),
    amount: t.expose('amount', {
      type: MoneyType,
      description: 'The price of one pack of `billingUnits` in this tier.',
    }),
    flatAmount: t.expose('flatAmount', {
      type: MoneyType,
      nullable: true,
      description: 'Charged once if the purchase reaches the tier; null: nothing.',
    }),
  }),
});

export const PriceTierInput = builder.inputType('PriceTierInput', {
  description:
    'The price of one part of what is purchased. A tier begins where the tier before ' +
    'it ends; the first begins at zero.',
  fields: (t) => ({
    upTo: t.field({
      type: 'Decimal',
      description:
        'The last unit of the feature that belongs to the tier, counted over what is ' +
        'purchased: a whole multiple of `billingUnits`, above that of the tier before. ' +
        'Only the last tier may leave it out and so have no end.',
    }),
    amount: t.field({
      type: MoneyInput,
      required: true,
      description:
        'The price of one pack of `billingUnits` in this tier, in the currency of the ' +
        "item's price.",
    }),
    flatAmount: t.field({
      type: MoneyInput,
      description:
        "Charged once if the purchase reaches the tier, in the currency of the item's " +
        'price. Left out: nothing.',
    }),
  }),
});
