/** The parts of Stripe's events that are read. The rest changes with Stripe's versions. */
import { z } from 'zod';

const reference = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

export const STRIPE_EVENT = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  data: z.object({
    object: z.looseObject({
      id: z.string().optional(),
      object: z.string(),
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  }),
});
export type StripeEvent = z.infer<typeof STRIPE_EVENT>;

/** A charge, refund or dispute: something that money moved by. */
export const REFUND_OR_DISPUTE = z.object({
  id: z.string(),
  payment_intent: reference.nullish(),
  amount: z.number().int(),
  /** Of a charge: what of it was given back so far. */
  amount_refunded: z.number().int().optional(),
  currency: z.string(),
  status: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
