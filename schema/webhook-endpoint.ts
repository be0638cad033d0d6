import { declareCost } from '../src/values/field-cost.ts';
import { deliveryCursor } from '../src/webhooks/delivery-verbs.ts';
import { MOST_ENDPOINTS } from '../src/webhooks/endpoint-verbs.ts';
import {
  WebhookDeliveryNotFoundError,
  WebhookEndpointNotFoundError,
} from '../src/webhooks/model/errors.ts';
import type { WebhookEndpoint } from '../src/webhooks/model/types.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { toConnection } from './connection.ts';
import { ErrorInterface } from './error.ts';
import { onlyThese, pageArgs, readChoices } from './list-args.ts';
import { WebhookDeliveryConnection, WebhookDeliveryStatusEnum } from './webhook-delivery.ts';
import { WebhookEventTypeEnum } from './webhook-event-type.ts';

export const WebhookEndpointObject = builder
  .objectRef<WebhookEndpoint>('WebhookEndpoint')
  .implement({
    description: 'A URL of your app that Brim tells about events, by signed POST requests.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'Made by Brim; it never changes afterwards.' }),
      url: t.exposeString('url', { description: 'Where the events are sent.' }),
      events: t.field({
        type: [WebhookEventTypeEnum],
        extensions: declareCost({ list: 14 }),
        description: 'The types of events that are sent.',
        resolve: ({ events }) => [...events],
      }),
      enabled: t.exposeBoolean('enabled', {
        description: 'False if nothing is sent. Events of that time are not kept for it.',
      }),
      disabledReason: t.exposeString('disabledReason', {
        nullable: true,
        description:
          'Why Brim disabled it: it took no delivery for three days. Null if it is enabled, or ' +
          'if your app disabled it.',
      }),
      createdAt: t.expose('createdAt', {
        type: 'DateTime',
        description: 'When createWebhookEndpoint made the endpoint.',
      }),
      deliveries: t.field({
        type: WebhookDeliveryConnection,
        extensions: declareCost({ statements: 1 }),
        description:
          'What was sent or is to be sent, the newest first, kept for 30 days unless ' +
          'BRIM_WEBHOOK_LOG_DAYS says otherwise.',
        args: {
          ...pageArgs('deliveries'),
          statuses: t.arg({
            type: [WebhookDeliveryStatusEnum],
            description: onlyThese('deliveries', 'statuses'),
          }),
          status: t.arg({
            type: WebhookDeliveryStatusEnum,
            description: 'Return only deliveries of this status. Left out: all of them.',
            deprecationReason: 'Use `statuses`. Deprecated since 2026-11-28.',
          }),
        },
        resolve: async ({ id }, { status, ...args }, { webhooks }) => {
          const statuses = readChoices(['statuses', args.statuses], ['status', status]);
          const request = { ...args, statuses, endpointId: id };
          return toConnection(await webhooks.deliveries(request), deliveryCursor, () =>
            webhooks.deliveryCount(request),
          );
        },
      }),
    }),
  });

builder.objectType(WebhookEndpointNotFoundError, {
  name: 'WebhookEndpointNotFoundError',
  description: 'There is no webhook endpoint with this id.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    endpointId: t.exposeID('endpointId', {
      description: 'The endpoint id that the request named.',
    }),
  }),
});

builder.objectType(WebhookDeliveryNotFoundError, {
  name: 'WebhookDeliveryNotFoundError',
  description: 'There is no webhook delivery with this id, or its log is not kept any more.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    deliveryId: t.exposeID('deliveryId', {
      description: 'The delivery id that the request named.',
    }),
  }),
});

builder.queryFields((t) => ({
  webhookEndpoint: t.field({
    type: WebhookEndpointObject,
    extensions: declareCost({ statements: 1 }),
    nullable: true,
    description: 'Returns a webhook endpoint; null if there is none. Needs a secret key.',
    args: { id: t.arg.id({ required: true, description: 'The id that Brim gave it.' }) },
    resolve: appOnly((_, { id }, { webhooks }) => webhooks.find(id)),
  }),
  webhookEndpoints: t.field({
    type: [WebhookEndpointObject],
    extensions: declareCost({ list: MOST_ENDPOINTS, statements: 1 }),
    nullable: true,
    description: 'Lists all webhook endpoints, at most 20, the oldest first. Needs a secret key.',
    resolve: appOnly(async (_, __, { webhooks }) => [...(await webhooks.list())]),
  }),
}));
