import { InvalidInputError } from '../src/values/errors.ts';
import { WebhookEndpointNotFoundError } from '../src/webhooks/model/errors.ts';
import type { WebhookEndpoint } from '../src/webhooks/model/types.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { WebhookEndpointObject } from './webhook-endpoint.ts';

const RotateWebhookSecretInput = builder.inputType('RotateWebhookSecretInput', {
  description: 'The endpoint that gets a new secret.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of the endpoint.' }),
    previousSecretValidForSeconds: t.int({
      defaultValue: 86_400,
      description:
        'For how long the secret before it signs, too: 0 to 604800 seconds. 0 for a secret ' +
        'that leaked.',
    }),
  }),
});

interface Rotated {
  readonly endpoint: WebhookEndpoint;
  readonly secret: string;
  readonly previousSecretUntil: Date;
}

const RotateWebhookSecretSuccess = builder
  .objectRef<Rotated>('RotateWebhookSecretSuccess')
  .implement({
    description: 'Each request is signed with both secrets until the earlier one ends.',
    fields: (t) => ({
      endpoint: t.expose('endpoint', {
        type: WebhookEndpointObject,
        description: 'The endpoint whose secret was changed.',
      }),
      secret: t.exposeString('secret', {
        description: 'The new secret. It is never shown again.',
      }),
      previousSecretUntil: t.expose('previousSecretUntil', {
        type: 'DateTime',
        description: 'When the earlier secret stops signing, in real time.',
      }),
    }),
  });

const RotateWebhookSecretPayload = builder.errorUnion('RotateWebhookSecretPayload', {
  description: 'The new secret, or the reason why there is none.',
  types: [RotateWebhookSecretSuccess, WebhookEndpointNotFoundError, InvalidInputError],
  resolveType: () => 'RotateWebhookSecretSuccess',
});

builder.mutationField('rotateWebhookSecret', (t) =>
  t.field({
    type: RotateWebhookSecretPayload,
    nullable: true,
    description:
      'Makes a new secret for an endpoint. The present one signs, too, for a time, so that ' +
      'your app can change over. One that signed beside it until now ends at once. Needs a ' +
      'secret key.',
    args: {
      input: t.arg({
        type: RotateWebhookSecretInput,
        required: true,
        description: 'The endpoint, and for how long its present secret signs, too.',
      }),
    },
    resolve: appOnly((_, { input }, { webhooks }) => webhooks.rotateSecret(input)),
  }),
);
