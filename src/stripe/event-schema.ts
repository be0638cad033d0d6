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
      /** Of a checkout: payment, setup or subscription. */
      mode: z.string().nullish().catch(null),
      /** Of what belongs to a customer of Stripe's. */
      customer: reference.nullish().catch(null),
      /** Of an invoice: the subscription that made it. */
      parent: z
        .looseObject({ subscription_details: z.looseObject({ subscription: reference, metadata }).nullish() })
        .nullish()
        .catch(null),
    }),
    /** What a change replaced. */
    previous_attributes: z
      .looseObject({ customer: reference.nullish().catch(null) })
      .nullish()
      .catch(null),
  }),
});
export type StripeEvent = z.infer<typeof STRIPE_EVENT>;

/** A charge, refund, dispute or early fraud warning: the payment that it is about. */
export const ABOUT_A_PAYMENT = z.object({ payment_intent: reference });

/** A charge that Stripe did not send to the bank. */
export const BLOCKED_CHARGE = z.object({ payment_intent: reference, outcome: z.looseObject({ type: z.literal('blocked') }) });
