import { InvalidInputError } from '../src/values/errors.ts';
import {
  WebhookDeliveryNotFoundError,
  WebhookEndpointNotFoundError,
} from '../src/webhooks/model/errors.ts';
import type { WebhookDelivery } from '../src/webhooks/model/types.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { WebhookDeliveryObject } from './webhook-delivery.ts';
import { WebhookEventTypeEnum } from './webhook-event-type.ts';

const RedeliverInput = builder.inputType('RedeliverInput', {
  description: 'The delivery to attempt now.',
  fields: (t) => ({
    deliveryId: t.id({ required: true, description: 'The id of the delivery.' }),
  }),
});

const RedeliverSuccess = builder
  .objectRef<{ delivery: WebhookDelivery }>('RedeliverSuccess')
  .implement({
    description: 'The delivery is attempted now. Read it again to see what came of it.',
    fields: (t) => ({
      delivery: t.expose('delivery', {
        type: WebhookDeliveryObject,
        description: 'The delivery, probably as it was before the attempt.',
      }),
    }),
  });

const RedeliverPayload = builder.errorUnion('RedeliverPayload', {
  description: 'The delivery, or the reason why it is not attempted.',
  types: [RedeliverSuccess, WebhookDeliveryNotFoundError, InvalidInputError],
  resolveType: () => 'RedeliverSuccess',
});

const SendTestEventInput = builder.inputType('SendTestEventInput', {
  description: 'Which endpoint gets a test event, and of which type.',
  fields: (t) => ({
    endpointId: t.id({ required: true, description: 'The endpoint that gets the test event.' }),
    type: t.field({
      type: WebhookEventTypeEnum,
      required: true,
      description: 'The type of the event, whether or not the endpoint wants it.',
    }),
  }),
});

const SendTestEventSuccess = builder
  .objectRef<{ delivery: WebhookDelivery }>('SendTestEventSuccess')
  .implement({
    description: 'The event is on its way. It is attempted once.',
    fields: (t) => ({
      delivery: t.expose('delivery', {
        type: WebhookDeliveryObject,
        description: 'Its delivery. Read it again to see what came of it.',
      }),
    }),
  });

const SendTestEventPayload = builder.errorUnion('SendTestEventPayload', {
  description: 'The delivery of the test event, or the reason why there is none.',
  types: [SendTestEventSuccess, WebhookEndpointNotFoundError, InvalidInputError],
  resolveType: () => 'SendTestEventSuccess',
});

builder.mutationFields((t) => ({
  redeliver: t.field({
    type: RedeliverPayload,
    nullable: true,
    description:
      'Attempts a delivery now, under the webhook-id that it has. One that waits keeps its ' +
      'place and its retries. One that has ended is attempted once more, beside the others ' +
      'of its customer. The endpoint must be enabled. Needs a secret key.',
    args: {
      input: t.arg({
        type: RedeliverInput,
        required: true,
        description: 'The delivery to attempt now.',
      }),
    },
    resolve: appOnly(async (_, { input }, { webhooks }) => ({
      delivery: await webhooks.redeliver(input),
    })),
  }),
  sendTestEvent: t.field({
    type: SendTestEventPayload,
    nullable: true,
    description:
      'Sends an endpoint an invented event of a type: its payload has `test: true`, and its ' +
      'ids name nothing. The endpoint must be enabled. Needs a secret key.',
    args: {
      input: t.arg({
        type: SendTestEventInput,
        required: true,
        description: 'The endpoint, and the type of the event.',
      }),
    },
    resolve: appOnly(async (_, { input }, { webhooks }) => ({
      delivery: await webhooks.sendTestEvent(input),
    })),
  }),
}));
