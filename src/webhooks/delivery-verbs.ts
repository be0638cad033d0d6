/** What the app does with deliveries, beside taking them. */
import { z } from 'zod';
import { type Database, reading } from '../database/database.ts';
import type { Clock } from '../values/clock.ts';
import { readNumber, writeCursor } from '../values/cursors.ts';
import { refuseInput } from '../values/errors.ts';
import type { Ids } from '../values/ids.ts';
import { id, readInput } from '../values/input.ts';
import { inTime, type Page, type PageRequest, readPage } from '../values/page.ts';
import { WebhookDeliveryNotFoundError, WebhookEndpointNotFoundError } from './model/errors.ts';
import { SAMPLES } from './model/samples.ts';
import { WEBHOOK_EVENT_TYPES, type WebhookDelivery, type WebhookDeliveryStatus, type WebhookEndpoint } from './model/types.ts';
import * as store from './tables/deliveries.ts';

export interface DeliveryVerbs {
  /**
   * Attempts a delivery now, also one that has ended. @throws WebhookDeliveryNotFoundError;
   * InvalidInputError where its endpoint is disabled.
   */
  redeliver(input: unknown): Promise<WebhookDelivery>;
  /** @throws WebhookEndpointNotFoundError; InvalidInputError where the endpoint is disabled. */
  sendTestEvent(input: unknown): Promise<WebhookDelivery>;
  /** The deliveries of an endpoint, the newest first. @throws InvalidInputError. */
  deliveries(request: PageRequest & DeliveryFilter): Promise<Page<WebhookDelivery>>;
  /** How many `deliveries` gives on all pages; null where they are too many to count. */
  deliveryCount(filter: DeliveryFilter): Promise<number | null>;
}

export interface DeliveryFilter {
  readonly endpointId: string;
  /** Left out: of every status. */
  readonly statuses?: readonly WebhookDeliveryStatus[] | null | undefined;
}

export interface DeliveryDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly findEndpoint: (id: string) => Promise<WebhookEndpoint | null>;
  /** Called where a delivery is due. */
  readonly wake: () => void;
}

const ENABLED = 'must be of an endpoint that is enabled';
const test = z.object({ endpointId: id, type: z.enum(WEBHOOK_EVENT_TYPES) });

export function openDeliveryVerbs({ database, clock, ids, findEndpoint, wake }: DeliveryDeps): DeliveryVerbs {
  const { client, reports } = database;

  async function find(deliveryId: string): Promise<WebhookDelivery> {
    const delivery = await reading(() => store.findDelivery(client, deliveryId));
    if (!delivery) throw new WebhookDeliveryNotFoundError(deliveryId);
    return delivery;
  }

  return {
    async redeliver(input) {
      const { deliveryId } = readInput(z.object({ deliveryId: id }), input);
      await find(deliveryId);
      if (!(await database.transaction((transaction) => store.sendAgain(transaction, deliveryId, clock.now()))))
        refuseInput(['deliveryId'], ENABLED);
      wake();
      return find(deliveryId);
    },

    async sendTestEvent(input) {
      const { endpointId, type } = readInput(test, input);
      const endpoint = await findEndpoint(endpointId);
      if (!endpoint) throw new WebhookEndpointNotFoundError(endpointId);
      if (!endpoint.enabled) refuseInput(['endpointId'], ENABLED);
      const createdAt = clock.now();
      const delivery = { id: ids.next('webhookDelivery'), endpointId, eventId: ids.next('webhookEvent'), type, createdAt };
      const payload = { type, id: delivery.eventId, occurredAt: createdAt.toISOString(), test: true, data: SAMPLES[type] };
      await database.transaction((transaction) => store.insertTestDelivery(transaction, { ...delivery, payload }));
      wake();
      return find(delivery.id);
    },

    deliveries: ({ endpointId, statuses = null, ...page }) =>
      readPage(page, readNumber, (slice) =>
        reading(() => store.findDeliveries(reports.of('webhookDeliveries'), { endpointId, statuses, ...inTime(slice) })),
      ),

    deliveryCount: ({ endpointId, statuses = null }) =>
      reading(() => store.countDeliveries(reports.of('webhookDeliveries'), { endpointId, statuses })),
  };
}

/** The cursor of a delivery in its endpoint's list. */
export function deliveryCursor({ position }: WebhookDelivery): string {
  return writeCursor(String(position));
}
