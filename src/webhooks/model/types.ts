/** What Brim tells the app: events, the endpoints that take them, and the deliveries between. */

export const WEBHOOK_EVENT_TYPES = [
  'BALANCE_LOW',
  'BALANCE_EXHAUSTED',
  'BALANCE_RECOVERED',
  'PURCHASE_SETTLED',
  'PURCHASE_FAILED',
  'PURCHASE_PAST_DUE',
  'PURCHASE_ENDED',
  'PAYMENT_REFUNDED',
  'PAYMENT_DISPUTED',
  'AUTO_TOP_UP_SUCCEEDED',
  'AUTO_TOP_UP_FAILED',
  'AUTO_TOP_UP_SUSPENDED',
  'USAGE_LIMIT_REACHED',
  'CUSTOMER_CREATED',
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** Where the app wants to be told of events of some types. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  readonly enabled: boolean;
  /** Why Brim disabled it; null where the app did, or where it is enabled. */
  readonly disabledReason: string | null;
  readonly createdAt: Date;
}

/** What happened. It is written in the transaction of its cause. */
export interface WebhookEvent {
  readonly type: WebhookEventType;
  readonly customerId: string;
  readonly occurredAt: Date;
  /** As payloads.ts says for its type: JSON, with decimals and instants as text. */
  readonly data: object;
}

export const WEBHOOK_DELIVERY_STATUSES = ['PENDING', 'RETRYING', 'SUCCEEDED', 'FAILED'] as const;
export type WebhookDeliveryStatus = (typeof WEBHOOK_DELIVERY_STATUSES)[number];

/** One event on its way to one endpoint, with the log of its last attempt. */
export interface WebhookDelivery {
  /** Orders the deliveries of an endpoint. */
  readonly position: bigint;
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly type: WebhookEventType;
  /** null for a test event. */
  readonly customerId: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  readonly lastAttemptAt: Date | null;
  /** null where none is to come, or where it waits for an earlier delivery or for its endpoint. */
  readonly nextAttemptAt: Date | null;
  /** The HTTP status of the last answer; null where none came. */
  readonly responseStatus: number | null;
  /** The first characters of the last answer. */
  readonly responseBody: string | null;
  readonly durationMs: number | null;
  /** Why the last attempt failed; null where it did not. */
  readonly failure: string | null;
  readonly createdAt: Date;
}
