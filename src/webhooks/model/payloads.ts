/**
 * What each event says, as schemas. `npm run generate` makes the types and the JSON schemas of
 * @brim/client from them, and a test compares them with what is really sent.
 */
import { z } from 'zod';
import { DISPUTE_STATUSES, PAYMENT_STATUSES, REFUND_STATUSES } from '../../purchases/model/payments.ts';
import { PURCHASE_STATUSES } from '../../purchases/model/types.ts';
import { INTERVAL_UNITS } from '../../values/interval.ts';
import type { WebhookEventType } from './types.ts';

const id = z.string();
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const count = z.int().nonnegative();
const money = z
  .object({ amount: decimal, currency: z.string() })
  .meta({ id: 'WebhookMoney', description: 'In major units: { "amount": "10", "currency": "usd" } is ten dollars.' });
const interval = z.object({ unit: z.enum(INTERVAL_UNITS), count }).meta({ id: 'WebhookInterval' });

const balance = z
  .object({
    id,
    customerId: id,
    featureId: id,
    granted: decimal,
    usage: decimal,
    remaining: decimal,
    held: decimal,
    unlimited: z.boolean(),
    nextResetAt: instant.nullable(),
    nextExpiryAt: instant.nullable(),
    version: count.meta({ description: 'It only rises: who holds version 7 ignores version 6.' }),
  })
  .meta({ id: 'WebhookBalance', description: 'A balance as the entry left it.' });

const entry = z
  .object({ id, sequence: count, kind: z.string(), amount: decimal, occurredAt: instant })
  .meta({ id: 'WebhookEntry', description: 'The ledger entry that moved the balance.' });

const purchase = z
  .object({
    id,
    customerId: id,
    planId: id,
    planVersion: count,
    status: z.enum(PURCHASE_STATUSES),
    revision: count.meta({ description: 'It only rises: who holds revision 3 ignores revision 2.' }),
    featureQuantities: z.array(z.object({ featureId: id, quantity: decimal })),
    total: money.nullable(),
    charged: money.nullable(),
    failureReason: z.string().nullable(),
    currentPeriodStart: instant.nullable(),
    currentPeriodEnd: instant.nullable(),
    cancelAtPeriodEnd: z.boolean(),
    createdAt: instant,
    settledAt: instant.nullable(),
  })
  .meta({ id: 'WebhookPurchase', description: 'A purchase as the event left it.' });

const payment = z
  .object({
    id,
    purchaseId: id,
    customerId: id,
    status: z.enum(PAYMENT_STATUSES),
    amount: money,
    createdAt: instant,
  })
  .meta({ id: 'WebhookPayment' });

const refund = z.object({ id, status: z.enum(REFUND_STATUSES), amount: money, createdAt: instant }).meta({ id: 'WebhookRefund' });

const dispute = z
  .object({ id, status: z.enum(DISPUTE_STATUSES), amount: money, openedAt: instant, closedAt: instant.nullable() })
  .meta({ id: 'WebhookDispute' });

const alert = z
  .object({ id, below: decimal.nullable(), belowPercentage: count.nullable() })
  .meta({ id: 'WebhookAlert', description: 'The alert that the balance fell below.' });

const autoTopUp = z
  .object({
    customerId: id,
    featureId: id,
    planId: id,
    threshold: decimal,
    quantity: decimal,
    status: z.enum(['IDLE', 'CHARGING', 'BACKING_OFF', 'SUSPENDED', 'DISABLED']),
    purchaseId: id.nullable().meta({ description: 'The purchase of the attempt; null where none was made.' }),
    failureReason: z.string().nullable(),
    nextAttemptAt: instant.nullable(),
  })
  .meta({ id: 'WebhookAutoTopUp' });

const usageLimit = z
  .object({
    id,
    customerId: id,
    featureId: id,
    per: interval,
    max: decimal,
    used: decimal,
    held: decimal,
    remaining: decimal,
    resetsAt: instant,
  })
  .meta({ id: 'WebhookUsageLimit' });

const customer = z.object({ id, createdAt: instant }).meta({ id: 'WebhookCustomer' });

/** The `data` of each type of event. */
export const EVENT_DATA = {
  BALANCE_LOW: z.object({ balance, entry, alert }),
  BALANCE_EXHAUSTED: z.object({ balance, entry }),
  BALANCE_RECOVERED: z.object({ balance, entry }),
  PURCHASE_SETTLED: z.object({ purchase }),
  PURCHASE_FAILED: z.object({ purchase }),
  PURCHASE_PAST_DUE: z.object({ purchase }),
  PURCHASE_ENDED: z.object({ purchase }),
  PAYMENT_REFUNDED: z.object({ payment, refund }),
  PAYMENT_DISPUTED: z.object({ payment, dispute }),
  AUTO_TOP_UP_SUCCEEDED: z.object({ autoTopUp }),
  AUTO_TOP_UP_FAILED: z.object({ autoTopUp }),
  AUTO_TOP_UP_SUSPENDED: z.object({ autoTopUp }),
  USAGE_LIMIT_REACHED: z.object({ usageLimit }),
  CUSTOMER_CREATED: z.object({ customer }),
} as const satisfies Readonly<Record<WebhookEventType, z.ZodObject>>;

/** The body of a request for an event of this type. */
export function payloadOf(type: WebhookEventType) {
  return z.object({
    type: z.literal(type),
    id: id.meta({ description: 'The same for each attempt: the header webhook-id.' }),
    occurredAt: instant,
    test: z.literal(true).optional().meta({ description: 'sendTestEvent invented it.' }),
    data: EVENT_DATA[type],
  });
}
