import { z } from 'zod';
import { FeatureNotFoundError } from '../values/errors.ts';
import { readInput } from '../values/input.ts';
import { toFeature } from './mappers/feature.ts';
import { accepting, amount, flag, optionalAmount, text } from './wire/fields.ts';
import type { AutumnDeps, Verbs } from './wire/verb.ts';

const listInput = accepting({});
const getInput = accepting({ feature_id: text });
const createInput = accepting({
  feature_id: text,
  name: text,
  type: text,
  consumable: flag.nullish(),
  credit_schema: z
    .array(
      accepting({
        metered_feature_id: text,
        credit_cost: amount,
        billing_units: optionalAmount.refine(
          (units) => units === undefined || Number(units.text) === 1,
          'must be 1, or left out',
        ),
      }),
    )
    .nullish(),
});

const names = { id: 'feature_id', creditCosts: 'credit_schema', featureId: 'metered_feature_id', cost: 'credit_cost' };

/** The verbs that create and read features. */
export function featureVerbs({ catalog }: AutumnDeps): Verbs {
  return {
    'features.list': {
      scopes: ['READ', 'CATALOGUE'],
      repeats: 'harmless',
      async run({ body }) {
        readInput(listInput, body);
        return { list: (await catalog.features({ includeArchived: true })).map(toFeature) };
      },
    },
    'features.get': {
      scopes: ['READ', 'CATALOGUE'],
      repeats: 'harmless',
      async run({ body }) {
        const { feature_id: id } = readInput(getInput, body);
        const feature = await catalog.feature(id);
        if (!feature) throw new FeatureNotFoundError(id);
        return toFeature(feature);
      },
    },
    'features.create': {
      scopes: ['CATALOGUE'],
      names,
      repeats: 'refused',
      audit: 'before',
      async run({ body }) {
        const { feature_id: id, name, type, consumable, credit_schema } = readInput(createInput, body);
        return toFeature(
          await catalog.createFeature({
            id,
            name,
            type: type.toUpperCase(),
            // Nothing consumes a boolean feature, so it need not be marked.
            consumable: type === 'boolean' ? undefined : consumable,
            creditCosts: credit_schema?.map(({ metered_feature_id, credit_cost: cost }) => ({
              featureId: metered_feature_id,
              cost,
            })),
          }),
        );
      },
    },
  };
}
