import type { Quantity } from '../src/purchases/model/types.ts';
import { builder } from './builder.ts';
import { FeatureObject, namedFeature } from './feature.ts';

export const FeatureQuantityObject = builder.objectRef<Quantity>('FeatureQuantity').implement({
  description: 'What a purchase grants of one feature.',
  fields: (t) => ({
    feature: t.field({
      type: FeatureObject,
      description: 'The feature that is granted.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    quantity: t.field({
      type: 'Decimal',
      description:
        'How many units are granted, included and bought ones together. Units are bought ' +
        'in whole packs of `billingUnits`.',
      resolve: ({ included, bought }) => included + bought,
    }),
  }),
});

export const FeatureQuantityInput = builder.inputType('FeatureQuantityInput', {
  description: 'How much of one feature the plan should give in all.',
  fields: (t) => ({
    featureId: t.id({
      required: true,
      description: 'A feature that the plan has a price for. It may be named once.',
    }),
    quantity: t.field({
      type: 'Decimal',
      required: true,
      description:
        'The total wanted, including what the plan includes, even if the customer has the ' +
        'plan already: zero or above. What goes beyond the included amount is bought, ' +
        'rounded up to whole packs of `billingUnits`.',
    }),
  }),
});
