import type { CreditCost, Feature } from '../src/catalog/types.ts';
import { refuseInput } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { mustExist } from './must-exist.ts';

const MAX_FEATURE_IDS = 100;

/**
 * Bounds a list of features, since each is looked up.
 * @throws InvalidInputError for more than 100.
 */
export function readFeatureIds(featureIds: readonly string[]): readonly string[] {
  return featureIds.length <= MAX_FEATURE_IDS
    ? featureIds
    : refuseInput(['featureIds'], `must be at most ${MAX_FEATURE_IDS}`, 'TOO_LARGE');
}

export const FeatureTypeEnum = builder.enumType('FeatureType', {
  description: 'How customers use a feature, and whether it has a balance.',
  values: {
    METERED: { description: 'Customers use it up in amounts, such as messages: it has a balance.' },
    BOOLEAN: {
      description: 'Customers have it or not, by a plan that names it: it has no balance.',
    },
    CREDIT_SYSTEM: {
      description:
        'Credits that pay for other features once their own balance is used up: it has a ' +
        'balance in credits.',
    },
  },
});

/**
 * The feature that another object refers to. It comes from memory once it was read, so the object
 * can be answered while the database is away. Only the field `archivedAt` is read each time.
 */
export function namedFeature({ catalog }: Context, featureId: string): Feature | Promise<Feature> {
  const found = catalog.rememberedFeature(featureId);
  return found instanceof Promise
    ? found.then((feature) => mustExist(feature, featureId))
    : mustExist(found, featureId);
}

/**
 * Declared before it is implemented, because features refer to credit costs, which refer to
 * features.
 */
export const FeatureObject = builder.objectRef<Feature>('Feature');

const CreditCostObject = builder.objectRef<CreditCost>('CreditCost').implement({
  description: 'What one unit of a feature costs in credits.',
  fields: (t) => ({
    feature: t.field({
      type: FeatureObject,
      description: 'The feature that the credits pay for.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    cost: t.expose('cost', {
      type: 'Decimal',
      description: 'The price of one unit of `feature`, in credits. Above zero.',
    }),
  }),
});

FeatureObject.implement({
  description:
    'Something that customers use, such as messages or credits. Its name and metadata may change, ' +
    'and whether it is archived.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'Your own id for the feature, such as "premium_messages". Never changes.',
    }),
    name: t.exposeString('name', {
      description: 'The name that people read, also on the payment page: 1 to 200 characters.',
    }),
    type: t.expose('type', {
      type: FeatureTypeEnum,
      description: 'How customers use the feature. Never changes.',
    }),
    consumable: t.exposeBoolean('consumable', {
      description:
        'True if use consumes the feature, as it consumes messages but not seats. Always ' +
        'true for now.',
    }),
    creditCosts: t.field({
      type: [CreditCostObject],
      extensions: declareCost({ list: 10 }),
      description:
        'Which features a credit system pays for, and at what cost. Empty for other ' +
        'types. Never changes.',
      resolve: ({ creditCosts }) => [...creditCosts],
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: 'Facts that your app keeps with the feature. Always {} for customer tokens.',
      resolve: async ({ id }, _, context) =>
        context.actor.kind === 'app'
          ? mustExist(await context.catalog.feature(id), id).metadata
          : {},
    }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When createFeature made the feature.',
    }),
    archivedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'When the feature was archived: from then on no plan can be made with it, while ' +
        'balances stay usable. Null if it is not archived.',
      resolve: async ({ id, archivedAt }, _, { catalog }) =>
        archivedAt ?? mustExist(await catalog.feature(id), id).archivedAt,
    }),
  }),
});

builder.queryFields((t) => ({
  feature: t.field({
    type: FeatureObject,
    nullable: true,
    description: 'Returns a feature, archived or not; null if there is none with this id.',
    args: {
      id: t.arg.id({ required: true, description: 'The id that your app gave the feature.' }),
    },
    resolve: (_, { id }, { catalog }) => catalog.feature(id),
  }),
  features: t.field({
    type: [FeatureObject],
    extensions: declareCost({ list: 50, statements: 1 }),
    description: 'Lists all features, the oldest first, without pages.',
    args: {
      includeArchived: t.arg.boolean({
        defaultValue: false,
        description: 'Whether to list archived features as well.',
      }),
    },
    resolve: async (_, { includeArchived }, { catalog }) => [
      ...(await catalog.features({ includeArchived: includeArchived ?? false })),
    ],
  }),
}));
