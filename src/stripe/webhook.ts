/**
 * Receives Stripe's events. An event says only where to look: the reconcilers read the truth from
 * Stripe. webhook-events.ts says which events there are.
 *
 * 200 means that Brim acted durably, or recorded why it does not act. Any failure after the
 * signature check is a 500, so that Stripe sends the event again. Handling an event twice is
 * harmless. A request whose signature is wrong changes nothing and leaves no row, only a line in
 * the log without the payload.
 */
import type { HintOutcome } from '../purchases/reconcile/reconcile.ts';
import type { Clock } from '../values/clock.ts';
import type { StripeConnection } from './connection.ts';
import { STRIPE_EVENT, type StripeEvent } from './event-schema.ts';
import type { EventOutcome } from './tables/stripe.ts';
import { type Reconcilers, reconcileEvent } from './webhook-events.ts';
import { readBody } from './wire/request-body.ts';
import { openSignature } from './wire/signature.ts';

export interface StripeWebhookDeps extends Pick<StripeConnection, 'stripe' | 'store' | 'log'> {
  /** The endpoint's signing secret; several, comma-separated, during a change of secrets. */
  readonly secret: string;
  readonly clock: Clock;
  readonly reconcilers: Reconcilers;
}

/** Stripe's events have some ten KiB. The limit is far above the largest. */
export const WEBHOOK_BODY_LIMIT_BYTES = 512 * 1024;

interface Done {
  readonly outcome: EventOutcome;
  readonly note: string | null;
}

/** Why an event changed nothing. */
const IGNORED: Record<Exclude<HintOutcome, 'reconciled'>, string> = {
  foreign: 'what it is about is of other software, or of another Brim',
  unknown: 'the purchase that it names is not here',
  missing: 'the key in STRIPE_SECRET_KEY does not see what it is about: that is of another account or mode',
};

export function stripeWebhook(deps: StripeWebhookDeps): (request: Request) => Promise<Response> {
  const { stripe, store, clock, log, reconcilers } = deps;
  const openSigned = openSignature({ stripe, secret: deps.secret, clock });

  const act = async (event: StripeEvent): Promise<Done> => {
    const outcome = await reconcileEvent(reconcilers, event);
    if (outcome === 'reconciled') return { outcome: 'HANDLED', note: null };
    return { outcome: 'IGNORED', note: outcome ? IGNORED[outcome] : 'Brim does not act on events of this type' };
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
