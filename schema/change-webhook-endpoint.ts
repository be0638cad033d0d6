import { InvalidInputError } from '../src/values/errors.ts';
import { WebhookEndpointNotFoundError } from '../src/webhooks/model/errors.ts';
import type { WebhookEndpoint } from '../src/webhooks/model/types.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { WebhookEndpointObject } from './webhook-endpoint.ts';
import { WebhookEventTypeEnum } from './webhook-event-type.ts';

const URL_RULE =
  'An https URL of at most 2,000 characters that leads to a public address. In ' +
  'development http and https of this machine, too; elsewhere networks that ' +
  'BRIM_WEBHOOK_NETWORKS allows.';

const CreateWebhookEndpointInput = builder.inputType('CreateWebhookEndpointInput', {
  description: 'Where to send events, and which.',
  fields: (t) => ({
    url: t.string({ required: true, description: URL_RULE }),
    events: t.field({
      type: [WebhookEventTypeEnum],
      required: true,
      description: 'The types of events to send: at least one.',
    }),
  }),
});

const CreateWebhookEndpointSuccess = builder
  .objectRef<{ endpoint: WebhookEndpoint; secret: string }>('CreateWebhookEndpointSuccess')
  .implement({
    description: 'The endpoint gets the events that happen from now on.',
    fields: (t) => ({
      endpoint: t.expose('endpoint', {
        type: WebhookEndpointObject,
        description: 'The new endpoint, which is enabled.',
      }),
      secret: t.exposeString('secret', {
        description:
          'Verifies that a request comes from Brim, as Standard Webhooks says: whsec_ and then ' +
          'base64. It is never shown again.',
      }),
    }),
  });

const CreateWebhookEndpointPayload = builder.errorUnion('CreateWebhookEndpointPayload', {
  description: 'The endpoint with its secret, or the reason why none was made.',
  types: [CreateWebhookEndpointSuccess, InvalidInputError],
  resolveType: () => 'CreateWebhookEndpointSuccess',
});

const UpdateWebhookEndpointInput = builder.inputType('UpdateWebhookEndpointInput', {
  description: 'What changes of an endpoint. What is left out stays as it is.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id of the endpoint.' }),
    url: t.string({ description: URL_RULE }),
    events: t.field({
      type: [WebhookEventTypeEnum],
      description: 'The types of events to send from now on: at least one.',
    }),
    enabled: t.boolean({
      description:
        'False stops all deliveries, and those that wait stay. True sends them, each for up ' +
        'to three days again. Events that happen meanwhile are not kept for the endpoint.',
    }),
  }),
});

const UpdateWebhookEndpointSuccess = builder
  .objectRef<{ endpoint: WebhookEndpoint }>('UpdateWebhookEndpointSuccess')
  .implement({
    description: 'The endpoint is changed from now on.',
    fields: (t) => ({
      endpoint: t.expose('endpoint', {
        type: WebhookEndpointObject,
        description: 'The endpoint as it is now.',
      }),
    }),
  });

const UpdateWebhookEndpointPayload = builder.errorUnion('UpdateWebhookEndpointPayload', {
  description: 'The changed endpoint, or the reason why nothing changed.',
  types: [UpdateWebhookEndpointSuccess, WebhookEndpointNotFoundError, InvalidInputError],
  resolveType: () => 'UpdateWebhookEndpointSuccess',
});

const DeleteWebhookEndpointInput = builder.inputType('DeleteWebhookEndpointInput', {
  description: 'The endpoint that is to be deleted.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The id of the endpoint.' }) }),
});

const DeleteWebhookEndpointSuccess = builder
  .objectRef<{ deletedId: string }>('DeleteWebhookEndpointSuccess')
  .implement({
    description: 'The endpoint and its deliveries are gone. An attempt that runs may still arrive.',
    fields: (t) => ({
      deletedId: t.exposeID('deletedId', { description: 'The id of the deleted endpoint.' }),
    }),
  });

const DeleteWebhookEndpointPayload = builder.errorUnion('DeleteWebhookEndpointPayload', {
  description: 'The id of the deleted endpoint, or the reason why none was deleted.',
  types: [DeleteWebhookEndpointSuccess, WebhookEndpointNotFoundError, InvalidInputError],
  resolveType: () => 'DeleteWebhookEndpointSuccess',
});

builder.mutationFields((t) => ({
  createWebhookEndpoint: t.field({
    type: CreateWebhookEndpointPayload,
    nullable: true,
    description:
      'Adds a URL of your app that Brim tells about events. There may be 20. Sending it ' +
      'twice makes two endpoints. Needs a secret key.',
    args: {
      input: t.arg({
        type: CreateWebhookEndpointInput,
        required: true,
        description: 'Where to send events, and which.',
      }),
    },
    resolve: appOnly((_, { input }, { webhooks }) => webhooks.create(input)),
  }),
  updateWebhookEndpoint: t.field({
    type: UpdateWebhookEndpointPayload,
    nullable: true,
    description: 'Changes an endpoint. Doing it twice does no harm. Needs a secret key.',
    args: {
      input: t.arg({
        type: UpdateWebhookEndpointInput,
        required: true,
        description: 'The endpoint, and what changes of it.',
      }),
    },
    resolve: appOnly(async (_, { input }, { webhooks }) => ({
      endpoint: await webhooks.update(input),
    })),
  }),
  deleteWebhookEndpoint: t.field({
    type: DeleteWebhookEndpointPayload,
    nullable: true,
    description: 'Deletes an endpoint, with its deliveries. Needs a secret key.',
    args: {
      input: t.arg({
        type: DeleteWebhookEndpointInput,
        required: true,
        description: 'Which endpoint is to be deleted.',
      }),
    },
    resolve: appOnly((_, { input }, { webhooks }) => webhooks.delete(input)),
  }),
}));
