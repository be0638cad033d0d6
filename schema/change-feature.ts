import type { Feature } from '../src/catalog/types.ts';
import {
  AlreadyExistsError,
  FeatureNotFoundError,
  InvalidInputError,
} from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { FeatureObject, FeatureTypeEnum } from './feature.ts';

const CreditCostInput = builder.inputType('CreditCostInput', {
  description: 'What one unit of a feature costs in credits, for a new credit system.',
  fields: (t) => ({
    featureId: t.id({
      required: true,
      description: 'A METERED feature that is not archived. It may be named once.',
    }),
    cost: t.field({
      type: 'Decimal',
      required: true,
      description: 'The price of one unit of the feature, in credits: above zero.',
    }),
  }),
});

const CreateFeatureInput = builder.inputType('CreateFeatureInput', {
  description: 'The feature to create. Its type and its costs can never be changed.',
  fields: (t) => ({
    id: t.id({
      required: true,
      description:
        'Your own id for the feature: 1 to 200 visible characters without spaces, such as ' +
        '"premium_messages".',
    }),
    name: t.string({
      required: true,
      description: 'The name that people read, also on the payment page: 1 to 200 characters.',
    }),
    type: t.field({
      type: FeatureTypeEnum,
      required: true,
      description:
        'METERED for what is counted, BOOLEAN for what a customer has or has not, ' +
        'CREDIT_SYSTEM for credits.',
    }),
    consumable: t.boolean({
      defaultValue: true,
      description:
        'Must be true or left out: features that use does not consume are not supported ' + 'yet.',
    }),
    creditCosts: t.field({
      type: [CreditCostInput],
      description:
        'What the credits pay for: 1 to 100 features for a CREDIT_SYSTEM; leave it out ' +
        'for any other type.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'Facts that your app keeps with the feature, up to 16 KiB of JSON. Customer tokens do not see ' +
        'them.',
    }),
  }),
});

const CreateFeatureSuccess = builder
  .objectRef<{ feature: Feature }>('CreateFeatureSuccess')
  .implement({
    description: 'The feature was created and can be used in plans.',
    fields: (t) => ({
      feature: t.expose('feature', {
        type: FeatureObject,
        description: 'The feature that was created.',
      }),
    }),
  });

const CreateFeaturePayload = builder.errorUnion('CreateFeaturePayload', {
  description: 'The feature that was created, or the reason why none was.',
  types: [CreateFeatureSuccess, AlreadyExistsError, InvalidInputError],
  resolveType: () => 'CreateFeatureSuccess',
});

const ArchiveFeatureInput = builder.inputType('ArchiveFeatureInput', {
  description: 'Names the feature to archive.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id that your app gave the feature.' }),
  }),
});

const ArchiveFeatureSuccess = builder
  .objectRef<{ feature: Feature }>('ArchiveFeatureSuccess')
  .implement({
    description: 'The feature is archived, by this request or by an earlier one.',
    fields: (t) => ({
      feature: t.expose('feature', {
        type: FeatureObject,
        description: 'The feature, with the time in archivedAt.',
      }),
    }),
  });

const ArchiveFeaturePayload = builder.errorUnion('ArchiveFeaturePayload', {
  description: 'The archived feature, or the error that there is none with this id.',
  types: [ArchiveFeatureSuccess, FeatureNotFoundError],
  resolveType: () => 'ArchiveFeatureSuccess',
});

builder.mutationFields((t) => ({
  createFeature: t.field({
    type: CreateFeaturePayload,
    nullable: true,
    description: 'Creates a feature. Needs a secret key.',
    args: {
      input: t.arg({
        type: CreateFeatureInput,
        required: true,
        description: 'The feature to create: its id, its name and its type.',
      }),
    },
    resolve: appOnly(async (_, { input }, { catalog }) => ({
      feature: await catalog.createFeature(input),
    })),
  }),
  archiveFeature: t.field({
    type: ArchiveFeaturePayload,
    nullable: true,
    description:
      'Archives a feature: no new plan can include it. Customers who have it keep it, ' +
      'and their balances stay usable. Archiving it again changes nothing. Needs a ' +
      'secret key.',
    args: {
      input: t.arg({
        type: ArchiveFeatureInput,
        required: true,
        description: 'The id of the feature to archive.',
      }),
    },
    resolve: appOnly(async (_, { input }, { catalog }) => ({
      feature: await catalog.archiveFeature(input),
    })),
  }),
}));
