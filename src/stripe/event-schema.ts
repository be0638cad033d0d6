/** The parts of Stripe's events that Brim reads. The other parts change with Stripe's versions. */
import { z } from 'zod';

const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

const metadata = z.record(z.string(), z.string()).nullish();

export const STRIPE_EVENT = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  data: z.object({
    object: z.looseObject({
      id: z.string().optional(),
      object: z.string(),
      metadata,
      /** Of an invoice: the subscription that made it. */
      parent: z
        .looseObject({ subscription_details: z.looseObject({ subscription: reference, metadata }).nullish() })
        .nullish()
        .catch(null),
    }),
  }),
});
export type StripeEvent = z.infer<typeof STRIPE_EVENT>;

/** A charge, refund or dispute. */
export const REFUND_OR_DISPUTE = z.object({
  id: z.string(),
  payment_intent: reference.nullish(),
  amount: z.number().int(),
  /** Of a charge: how much of it was refunded so far. */
  amount_refunded: z.number().int().optional(),
  currency: z.string(),
  status: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
