import type { JsonObject } from '../src/values/json.ts';
import type { WebhookDelivery, WebhookDeliveryStatus } from '../src/webhooks/model/types.ts';
import { builder } from './builder.ts';
import { addTotalCount } from './connection.ts';
import { CustomerRef } from './customer-ref.ts';
import { WebhookEventTypeEnum } from './webhook-event-type.ts';

const descriptions: Record<WebhookDeliveryStatus, string> = {
  PENDING:
    'It was not attempted yet: it waits for its turn, for an earlier delivery of the same ' +
    'customer, or until the endpoint is enabled.',
  RETRYING: 'The last attempt failed. It is attempted again.',
  SUCCEEDED: 'The endpoint answered with a status of 2xx.',
  FAILED: 'It failed for three days, or its only attempt did. redeliver attempts it once more.',
};

export const WebhookDeliveryStatusEnum = builder.enumType('WebhookDeliveryStatus', {
  description: 'How far a delivery has come.',
  values: {
    PENDING: { value: 'PENDING', description: descriptions.PENDING },
    RETRYING: { value: 'RETRYING', description: descriptions.RETRYING },
    SUCCEEDED: { value: 'SUCCEEDED', description: descriptions.SUCCEEDED },
    FAILED: { value: 'FAILED', description: descriptions.FAILED },
  } as const,
});

export const WebhookDeliveryObject = builder
  .objectRef<WebhookDelivery>('WebhookDelivery')
  .implement({
    description: 'One event on its way to one endpoint, with the log of its last attempt.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'Made by Brim. redeliver takes it as deliveryId.' }),
      eventId: t.exposeID('eventId', {
        description:
          'The id of the event: the header webhook-id and the id in the payload. It is the ' +
          'same for each attempt and each endpoint.',
      }),
      type: t.expose('type', {
        type: WebhookEventTypeEnum,
        description: 'What the event tells about.',
      }),
      customer: t.field({
        type: CustomerRef,
        nullable: true,
        description: 'The customer of the event; null for a test event.',
        resolve: ({ customerId }) => (customerId === null ? null : { id: customerId }),
      }),
      payload: t.field({
        type: 'JSONObject',
        description: 'What is sent, as JSON: the type, the id, when it occurred, and its data.',
        resolve: ({ payload }) => payload as JsonObject,
      }),
      status: t.expose('status', {
        type: WebhookDeliveryStatusEnum,
        description: 'How far the delivery has come.',
      }),
      attempts: t.exposeInt('attempts', { description: 'How often it was attempted.' }),
      lastAttemptAt: t.expose('lastAttemptAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the last attempt began; null before the first.',
      }),
      nextAttemptAt: t.expose('nextAttemptAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When it is attempted again after a failure; null if no retry is planned.',
      }),
      responseStatus: t.exposeInt('responseStatus', {
        nullable: true,
        description: 'The HTTP status of the last answer; null if none came.',
      }),
      responseBody: t.exposeString('responseBody', {
        nullable: true,
        description: 'The first 1,000 characters of the last answer; null if none came.',
      }),
      durationMs: t.exposeInt('durationMs', {
        nullable: true,
        description: 'How long the last attempt took, in milliseconds; null before its end.',
      }),
      failure: t.exposeString('failure', {
        nullable: true,
        description: 'Why the last attempt failed; null if it did not.',
      }),
      createdAt: t.expose('createdAt', {
        type: 'DateTime',
        description: 'When the event was handed to the endpoint.',
      }),
    }),
  });

export const WebhookDeliveryConnection = builder.connectionObject(
  {
    type: WebhookDeliveryObject,
    name: 'WebhookDeliveryConnection',
    description: 'A page of deliveries, the newest first.',
  },
  { name: 'WebhookDeliveryEdge', description: 'One delivery of a page, with its cursor.' },
);
addTotalCount(WebhookDeliveryConnection, 'deliveries');
