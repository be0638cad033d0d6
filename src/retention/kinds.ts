/** What is deleted when it is old enough, and the condition that each row must fulfil beside it. */

export interface Kept {
  /** Idempotency keys of commands. A request that is sent again later is a new one. */
  readonly idempotencyKeys: number;
  readonly auditLog: number;
  /** Stripe's webhooks, as they came. */
  readonly paymentEvents: number;
  /** The log of the app's webhooks. */
  readonly webhookDeliveries: number;
}

/** For how many days each is kept, unless the configuration says otherwise. */
export const KEPT_DAYS: Kept = { idempotencyKeys: 90, auditLog: 400, paymentEvents: 400, webhookDeliveries: 30 };

export interface Sweep {
  readonly table: string;
  readonly column: string;
  readonly days: number;
  readonly condition?: string;
}

/** Longer than a token can live, by the clock of any process. */
const REVOCATION_DAYS = 3;
/** The bounds of auto top-ups ask for the attempts of this month. Their purchases stay. */
const TOP_UP_ATTEMPT_DAYS = 90;

export function sweepsOf(kept: Kept): readonly Sweep[] {
  return [
    { table: 'command', column: 'created_at', days: kept.idempotencyKeys },
    { table: 'audit_entry', column: 'at', days: kept.auditLog },
    { table: 'payment_event', column: 'received_at', days: kept.paymentEvents },
    {
      table: 'webhook_delivery',
      column: 'created_at',
      days: kept.webhookDeliveries,
      // One that is open is kept, unless nobody will take it.
      condition: `(status IN ('SUCCEEDED', 'FAILED')
        OR NOT EXISTS (SELECT FROM webhook_endpoint e WHERE e.id = endpoint_id))`,
    },
    { table: 'token_revocation', column: 'revoked_at', days: REVOCATION_DAYS },
    { table: 'auto_top_up_intent', column: 'ended_at', days: TOP_UP_ATTEMPT_DAYS, condition: `status <> 'OPEN'` },
  ];
}
