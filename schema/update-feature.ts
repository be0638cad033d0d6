import type { Feature } from '../src/catalog/types.ts';
import { FeatureNotFoundError, InvalidInputError } from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { FeatureObject } from './feature.ts';

const UpdateFeatureInput = builder.inputType('UpdateFeatureInput', {
  description:
    'The feature to change, and what changes. What is left out stays as it is. Its type and its ' +
    'costs can never be changed.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id that your app gave the feature.' }),
    name: t.string({
      description: 'The name that people read, also on the payment page: 1 to 200 characters.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'All facts that your app keeps with the feature: they replace those of before. Null clears ' +
        'them.',
    }),
    mergeMetadata: t.field({
      type: 'JSONObject',
      description:
        'The facts that change, by their keys at the top: null removes one, and the others stay. ' +
        'Leave metadata out then.',
    }),
  }),
});

const UnarchiveFeatureInput = builder.inputType('UnarchiveFeatureInput', {
  description: 'Names the feature that plans may be made with again.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id that your app gave the feature.' }),
  }),
});

function success(name: string, description: string) {
  return builder.objectRef<{ feature: Feature }>(name).implement({
    description,
    fields: (t) => ({
      feature: t.expose('feature', {
        type: FeatureObject,
        description: 'The feature, as this request left it.',
      }),
    }),
  });
}

const UpdateFeaturePayload = builder.errorUnion('UpdateFeaturePayload', {
  description: 'The feature as it is now, or the reason why it was not changed.',
  types: [
    success('UpdateFeatureSuccess', 'The feature is changed as the request asked.'),
    FeatureNotFoundError,
    InvalidInputError,
  ],
  resolveType: () => 'UpdateFeatureSuccess',
});

const UnarchiveFeaturePayload = builder.errorUnion('UnarchiveFeaturePayload', {
  description: 'The feature, or the error that there is none with this id.',
  types: [success('UnarchiveFeatureSuccess', 'The feature is not archived.'), FeatureNotFoundError],
  resolveType: () => 'UnarchiveFeatureSuccess',
});

builder.mutationFields((t) => ({
  updateFeature: t.field({
    type: UpdateFeaturePayload,
    nullable: true,
    description:
      'Changes the name or the metadata of a feature, archived or not. Other processes of Brim ' +
      'may show the name of before for half a minute. Needs a secret key.',
    args: {
      input: t.arg({
        type: UpdateFeatureInput,
        required: true,
        description: 'The feature to change, and what changes.',
      }),
    },
    resolve: appOnly(async (_, { input }, { catalog }) => ({
      feature: await catalog.updateFeature({ ...input }),
    })),
  }),
  unarchiveFeature: t.field({
    type: UnarchiveFeaturePayload,
    nullable: true,
    description:
      'Lets plans be made with an archived feature again. One that is not archived stays as it ' +
      'is. Needs a secret key.',
    args: {
      input: t.arg({
        type: UnarchiveFeatureInput,
        required: true,
        description: 'The id of the feature.',
      }),
    },
    resolve: appOnly(async (_, { input }, { catalog }) => ({
      feature: await catalog.unarchiveFeature(input),
    })),
  }),
}));
