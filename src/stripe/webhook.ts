/**
 * Where Stripe says that something happened. An event says where to look, never what is true: `settleCheckout` asks Stripe.
 *
 * 200 means: settled, durably. Anything that goes wrong after the signature held is a 500, so that Stripe sends it again;
 * nothing here makes an event count once, so sending it again is harmless. What is not proven to be Stripe's changes nothing
 * and leaves no row, only a line in the log, without the payload.
 */
import type Stripe from 'stripe';
import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { CheckoutHint } from '../purchases/provider.ts';
import { readBody } from './body.ts';
import { purchaseOf } from './checkout.ts';
import { openSignature } from './signature.ts';
import type { StripeStore } from './store.ts';

export interface StripeWebhookDeps {
  readonly stripe: Stripe;
  /** The endpoint's signing secret; several, comma-separated, while one is being replaced. */
  readonly secret: string;
  readonly store: StripeStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Resolves once the checkout's purchase agrees with what Stripe has now. It may be called at once, often, and in any order. */
  readonly settleCheckout: (hint: CheckoutHint) => Promise<void>;
}

/** Stripe's events are some ten KiB; this is far above the largest, and far below what would hurt. */
export const WEBHOOK_BODY_LIMIT_BYTES = 512 * 1024;

/** The parts of an event that are read. The rest changes with Stripe's versions. */
const EVENT = z.object({
  id: z.string().min(1),
  type: z.string().min(1),
  data: z.object({
    object: z.object({
      id: z.string().optional(),
      object: z.string(),
      metadata: z.record(z.string(), z.string()).nullish(),
    }),
  }),
});
type StripeEvent = z.infer<typeof EVENT>;

export function stripeWebhook(deps: StripeWebhookDeps): (request: Request) => Promise<Response> {
  const { stripe, store, clock, log, settleCheckout } = deps;
  const openSigned = openSignature({ stripe, secret: deps.secret, clock });

  const settle = async (event: StripeEvent) => {
    const { object } = event.data;
    if (event.type.startsWith('checkout.session.') && object.object === 'checkout.session' && object.id !== undefined) {
      await settleCheckout({ checkoutId: object.id, purchaseId: purchaseOf({ metadata: object.metadata ?? null }) });
    }
  };

  const take = async (event: StripeEvent): Promise<Response> => {
    const facts = { eventId: event.id, eventType: event.type, objectId: event.data.object.id ?? null };
    try {
      await store.noteEvent({ id: event.id, type: event.type, objectId: facts.objectId, at: clock.now() });
      await settle(event);
      await store.noteHandled(event.id, clock.now());
      log.info(facts, 'stripe event handled');
      return answer(200, 'handled');
    } catch (error) {
      log.error({ ...facts, err: error }, 'stripe event failed: waiting for it to be sent again');
      const failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      await store
        .noteFailure(event.id, failure)
        .catch((cause: unknown) => log.error({ ...facts, err: cause }, 'failure not recorded'));
      return answer(500, 'not handled: send it again');
    }
  };

  return async (request) => {
    if (request.method !== 'POST') return answer(405, 'POST only', { allow: 'POST' });
    const body = await readBody(request, WEBHOOK_BODY_LIMIT_BYTES);
    if (body === undefined) {
      log.warn('stripe webhook refused: too large');
      return answer(413, 'too large');
    }
    const opened = openSigned(body, request.headers.get('stripe-signature'));
    if ('refusal' in opened) {
      log.warn({ refusal: opened.refusal }, 'stripe webhook refused');
      return answer(400, opened.refusal);
    }
    const event = EVENT.safeParse(opened.payload);
    if (!event.success) {
      log.warn('stripe webhook refused: signed, but no event');
      return answer(400, 'not an event');
    }
    return take(event.data);
  };
}

function answer(status: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } });
}
