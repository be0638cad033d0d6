import type { Database } from '../database/database.ts';
import type { Log } from '../platform/log.ts';
import type { Clock } from '../values/clock.ts';
import type { Ids } from '../values/ids.ts';
import { type DeliveryLoop, openDeliveryLoop } from './delivery/loop.ts';
import { openReach } from './delivery/networks.ts';
import { type DeliveryVerbs, openDeliveryVerbs } from './delivery-verbs.ts';
import { type EndpointVerbs, openEndpointVerbs } from './endpoint-verbs.ts';

/**
 * Webhooks that Brim sends to the app. Owns the tables webhook_endpoint, webhook_event,
 * webhook_delivery and webhook_queue.
 *
 * An event is written in the transaction of its cause, so none is lost and none is invented. Each
 * endpoint gets each event at least once, those of one customer in their order, under one
 * webhook-id. An endpoint that fails delays nothing but its own deliveries.
 */
export interface Webhooks extends EndpointVerbs, DeliveryVerbs {}

/** With it, what the composition root needs: who has written an event wakes the deliveries. */
export type RunningWebhooks = Webhooks & DeliveryLoop;

export interface WebhooksDeps {
  readonly database: Database;
  /** Moved by tests. */
  readonly clock: Clock;
  readonly realClock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Reads the clock's position where other processes can move it. */
  readonly sync?: (() => Promise<void>) | undefined;
  /** In CIDR notation: private networks to which webhooks may be sent, also without TLS. */
  readonly allowedNetworks: readonly string[];
  /** Of an attempt. Left out: 10 s. */
  readonly timeoutMs?: number | undefined;
}

const TIMEOUT_MS = 10_000;

export function openWebhooks({ allowedNetworks, timeoutMs = TIMEOUT_MS, ...deps }: WebhooksDeps): RunningWebhooks {
  const reach = openReach(allowedNetworks);
  const loop = openDeliveryLoop({ ...deps, reach, timeoutMs });
  const endpoints = openEndpointVerbs({ ...deps, reach, wake: loop.wake });
  const deliveries = openDeliveryVerbs({ ...deps, findEndpoint: endpoints.find, wake: loop.wake });
  return { ...endpoints, ...deliveries, ...loop };
}
