/**
 * Where Stripe says that something happened. An event says where to look, never what is true: `reconcileCheckout` asks Stripe.
 *
 * 200 means: acted on, durably; or recorded, with the reason, as an event on which Brim does not act. Anything that goes wrong after the
 * signature held is a 500, so that Stripe sends it again; nothing here makes an event count once, so sending it again is harmless. What
 * is not proven to be Stripe's changes nothing and leaves no row, only a line in the log, without the payload.
 */
import type Stripe from 'stripe';
import type { Log } from '../platform/log.ts';
import type { CheckoutHint } from '../purchases/model/provider.ts';
import type { HintOutcome } from '../purchases/reconcile/reconcile.ts';
import type { Clock } from '../values/clock.ts';
import type { StripeCalls } from './calls.ts';
import { installationOf, purchaseOf } from './checkout.ts';
import { STRIPE_EVENT, type StripeEvent } from './event-schema.ts';
import { isRefundOrDispute, logRefundOrDispute } from './refunds-and-disputes.ts';
import type { EventOutcome, StripeStore } from './tables/stripe.ts';
import { readBody } from './wire/request-body.ts';
import { openSignature } from './wire/signature.ts';

export interface StripeWebhookDeps {
  readonly stripe: Stripe;
  readonly calls: StripeCalls;
  /** The endpoint's signing secret; several, comma-separated, while one is being replaced. */
  readonly secret: string;
  readonly store: StripeStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly installationId: string;
  /** Resolves once the checkout's purchase agrees with what Stripe has now. It may be called at once, often, and in any order. */
  readonly reconcileCheckout: (hint: CheckoutHint) => Promise<HintOutcome>;
}

/** Stripe's events are some ten KiB; this is far above the largest, and far below what would hurt. */
export const WEBHOOK_BODY_LIMIT_BYTES = 512 * 1024;

interface Done {
  readonly outcome: EventOutcome;
  readonly note: string | null;
}

/** Why an event about a checkout changed nothing. */
const IGNORED: Record<Exclude<HintOutcome, 'reconciled'>, string> = {
  foreign: 'the checkout is of other software, or of another Brim',
  unknown: 'the purchase that it names is not here',
  missing: 'the key in STRIPE_SECRET_KEY does not see this checkout: it is of another account or mode',
};

export function stripeWebhook(deps: StripeWebhookDeps): (request: Request) => Promise<Response> {
  const { stripe, store, clock, log, reconcileCheckout } = deps;
  const openSigned = openSignature({ stripe, secret: deps.secret, clock });

  const act = async (event: StripeEvent): Promise<Done> => {
    const { object } = event.data;
    if (event.type.startsWith('checkout.session.') && object.object === 'checkout.session' && object.id !== undefined) {
      const ours = { metadata: object.metadata ?? null };
      const hint = { checkoutId: object.id, purchaseId: purchaseOf(ours), installationId: installationOf(ours) };
      const outcome = await reconcileCheckout(hint);
      return outcome === 'reconciled' ? { outcome: 'HANDLED', note: null } : { outcome: 'IGNORED', note: IGNORED[outcome] };
    }
    if (isRefundOrDispute(event)) {
      const purchaseId = await logRefundOrDispute(deps, event);
      return purchaseId === undefined
        ? { outcome: 'IGNORED', note: 'the payment is of other software, or of another Brim' }
        : { outcome: 'NOTED', note: `of the purchase ${purchaseId}; Brim does not act on it yet` };
    }
    return { outcome: 'IGNORED', note: 'Brim does not act on events of this type' };
  };

  const take = async (event: StripeEvent): Promise<Response> => {
    const facts = { eventId: event.id, eventType: event.type, objectId: event.data.object.id ?? null };
    try {
      await store.noteEvent({ id: event.id, type: event.type, objectId: facts.objectId, at: clock.now() });
      const { outcome, note } = await act(event);
      await store.noteOutcome(event.id, outcome, note, clock.now());
      const word = outcome.toLowerCase();
      log.info({ ...facts, ...(note === null ? {} : { note }) }, `stripe event ${word}`);
      return answer(200, word);
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
    const event = STRIPE_EVENT.safeParse(opened.payload);
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
