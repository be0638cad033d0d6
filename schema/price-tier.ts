import type { PriceTier, TIER_MODES } from '../src/catalog/types.ts';
import { builder } from './builder.ts';
import { MoneyInput, MoneyType } from './money.ts';

export const TierModeEnum = builder.enumType('TierMode', {
  description: 'How a price with tiers is charged.',
  values: {
    GRADUATED: {
      description: 'Each part of the quantity at the price of its own tier, and the flat amount of every tier that it reaches.',
    },
    VOLUME: { description: 'The whole quantity at the price of the tier in which it falls, and the flat amount of that tier.' },
  } satisfies Record<(typeof TIER_MODES)[number], { description: string }>,
});

export const PriceTierObject = builder.objectRef<PriceTier>('PriceTier').implement({
  description: 'The price of a part of what is purchased. It begins after the tier before it ends.',
  fields: (t) => ({
    upTo: t.expose('upTo', {
      type: 'Decimal',
      nullable: true,
      description: 'The last unit of the feature that is in the tier, counted over what is purchased; null: no end.',
    }),
    amount: t.expose('amount', { type: MoneyType, description: 'For one billing unit in the tier.' }),
    flatAmount: t.expose('flatAmount', {
      type: MoneyType,
      nullable: true,
      description: 'Charged once where the tier is reached; null: nothing.',
    }),
  }),
});

export const PriceTierInput = builder.inputType('PriceTierInput', {
  description: 'The price of a part of what is purchased. It begins after the tier before it ends.',
  fields: (t) => ({
    upTo: t.field({
      type: 'Decimal',
      description:
        'The last unit of the feature that is in the tier, counted over what is purchased: a whole multiple of billingUnits. ' +
        'Only the last tier may leave it out: it has no end.',
    }),
    amount: t.field({
      type: MoneyInput,
      required: true,
      description: "For one billing unit in the tier, in the price's own currency.",
    }),
    flatAmount: t.field({
      type: MoneyInput,
      description: 'Charged once where the tier is reached with one unit at least; left out: nothing.',
    }),
  }),
});
