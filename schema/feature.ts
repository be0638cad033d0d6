import type { CreditCost, Feature } from '../src/catalog/types.ts';
import { AlreadyExistsError, FeatureNotFoundError, InvalidInputError, refuseInput } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { existing } from './existing.ts';

const MAX_FEATURE_IDS = 100;

/** A list of features to look at. @throws InvalidInputError where it is longer than anybody needs: each is looked up. */
export function readFeatureIds(featureIds: readonly string[]): readonly string[] {
  return featureIds.length <= MAX_FEATURE_IDS ? featureIds : refuseInput(['featureIds'], `must be at most ${MAX_FEATURE_IDS}`);
}

export const FeatureTypeEnum = builder.enumType('FeatureType', {
  description: 'What kind of thing a feature is.',
  values: {
    METERED: { description: 'Used up in amounts: it has a balance.' },
    BOOLEAN: { description: 'Had or not had: it has no balance.' },
    CREDIT_SYSTEM: {
      description: 'Credits that other features draw from, once their own balance is used up: it has a balance, too.',
    },
  },
});

/**
 * A feature that something names: from memory, so that what names it can be told while nothing can be read. Only `archivedAt` is
 * read when it is asked for.
 */
export async function namedFeature({ catalog }: Context, featureId: string): Promise<Feature> {
  return existing(await catalog.rememberedFeature(featureId), featureId);
}

/** Credit costs name their feature, and a credit system names its costs. */
export const FeatureObject = builder.objectRef<Feature>('Feature');

const CreditCostObject = builder.objectRef<CreditCost>('CreditCost').implement({
  description: 'What one unit of a feature costs in credits.',
  fields: (t) => ({
    feature: t.field({
      type: FeatureObject,
      description: 'What the credits pay for.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    cost: t.expose('cost', { type: 'Decimal', description: 'In credits, for one unit.' }),
  }),
});

FeatureObject.implement({
  description: 'What customers use.',
  fields: (t) => ({
    id: t.exposeID('id', { description: "The app's own id." }),
    name: t.exposeString('name', { description: 'For people.' }),
    type: t.expose('type', { type: FeatureTypeEnum, description: 'Never changes.' }),
    consumable: t.exposeBoolean('consumable', { description: 'Used up by use, as messages are and seats are not.' }),
    creditCosts: t.field({
      type: [CreditCostObject],
      extensions: declareCost({ list: 10 }),
      description: 'Of a credit system: what it pays for, and at what cost. Empty for other types. Never changes.',
      resolve: ({ creditCosts }) => [...creditCosts],
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    archivedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when no plan can be made with it. Balances go on.',
      resolve: async ({ id, archivedAt }, _, { catalog }) => archivedAt ?? existing(await catalog.feature(id), id).archivedAt,
    }),
  }),
});

builder.queryFields((t) => ({
  feature: t.field({
    type: FeatureObject,
    nullable: true,
    description: 'One feature, archived ones too; null where there is none.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: (_, { id }, { catalog }) => catalog.feature(id),
  }),
  features: t.field({
    type: [FeatureObject],
    extensions: declareCost({ list: 50, statements: 1 }),
    description: 'All features, the oldest first.',
    args: { includeArchived: t.arg.boolean({ defaultValue: false, description: 'The archived ones too.' }) },
    resolve: async (_, { includeArchived }, { catalog }) => [
      ...(await catalog.features({ includeArchived: includeArchived ?? false })),
    ],
  }),
}));

const CreditCostInput = builder.inputType('CreditCostInput', {
  description: 'What one unit of a feature is to cost in credits.',
  fields: (t) => ({
    featureId: t.id({ required: true, description: 'A METERED feature that is not archived.' }),
    cost: t.field({ type: 'Decimal', required: true, description: 'In credits, for one unit: above zero.' }),
  }),
});

const CreateFeatureInput = builder.inputType('CreateFeatureInput', {
  description: 'A new feature.',
  fields: (t) => ({
    id: t.id({ required: true, description: '1 to 200 visible characters, such as "premium_messages".' }),
    name: t.string({ required: true, description: 'For people.' }),
    type: t.field({
      type: FeatureTypeEnum,
      required: true,
      description: 'METERED for what is counted; CREDIT_SYSTEM for credits.',
    }),
    consumable: t.boolean({ defaultValue: true, description: 'Only true is supported yet.' }),
    creditCosts: t.field({
      type: [CreditCostInput],
      description: 'What the credits pay for: 1 to 100 features for a CREDIT_SYSTEM, and left out for any other type.',
    }),
  }),
});

const CreateFeatureSuccess = builder.objectRef<{ feature: Feature }>('CreateFeatureSuccess').implement({
  description: 'The feature is made.',
  fields: (t) => ({ feature: t.expose('feature', { type: FeatureObject, description: 'The new feature.' }) }),
});

const CreateFeaturePayload = builder.errorUnion('CreateFeaturePayload', {
  description: 'What came of createFeature.',
  types: [CreateFeatureSuccess, AlreadyExistsError, InvalidInputError],
  resolveType: () => 'CreateFeatureSuccess',
});

const ArchiveFeatureInput = builder.inputType('ArchiveFeatureInput', {
  description: 'Which feature to archive.',
  fields: (t) => ({ id: t.id({ required: true, description: 'Its id.' }) }),
});

const ArchiveFeatureSuccess = builder.objectRef<{ feature: Feature }>('ArchiveFeatureSuccess').implement({
  description: 'The feature is archived.',
  fields: (t) => ({ feature: t.expose('feature', { type: FeatureObject, description: 'The feature, with archivedAt.' }) }),
});

const ArchiveFeaturePayload = builder.errorUnion('ArchiveFeaturePayload', {
  description: 'What came of archiveFeature.',
  types: [ArchiveFeatureSuccess, FeatureNotFoundError],
  resolveType: () => 'ArchiveFeatureSuccess',
});

builder.mutationFields((t) => ({
  createFeature: t.field({
    type: CreateFeaturePayload,
    nullable: true,
    description: 'Makes a feature.',
    args: { input: t.arg({ type: CreateFeatureInput, required: true, description: 'What to make.' }) },
    resolve: appOnly(async (_, { input }, { catalog }) => ({ feature: await catalog.createFeature(input) })),
  }),
  archiveFeature: t.field({
    type: ArchiveFeaturePayload,
    nullable: true,
    description: 'Archives a feature: no new plan can have it. Who has it keeps it. Twice is once.',
    args: { input: t.arg({ type: ArchiveFeatureInput, required: true, description: 'Which.' }) },
    resolve: appOnly(async (_, { input }, { catalog }) => ({ feature: await catalog.archiveFeature(input) })),
  }),
}));
