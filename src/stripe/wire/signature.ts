/**
 * Checks that a webhook's body comes from Stripe and is fresh, before anything reads it.
 *
 * Several secrets are valid during a change of secrets.
 */
import Stripe from 'stripe';
import type { Clock } from '../../values/clock.ts';

/** An older signature may be a replay. Stripe signs each delivery anew. */
export const SIGNATURE_TOLERANCE_SECONDS = 300;

export type OpenedBody = { readonly payload: unknown } | { readonly refusal: string };

/** The secrets in `STRIPE_WEBHOOK_SECRET`. @throws Error where there is none. */
export function webhookSecrets(secret: string): readonly string[] {
  const secrets = secret
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (secrets.length === 0) throw new Error('A Stripe webhook secret is needed: without one, anybody could say that they paid.');
  return secrets;
}

export function openSignature({ stripe, secret, clock }: { stripe: Stripe; secret: string; clock: Clock }) {
  const secrets = webhookSecrets(secret);

  return (body: string, signature: string | null): OpenedBody => {
    if (signature === null) return { refusal: 'no stripe-signature header' };
    let refusal = 'signature does not fit';
    for (const each of secrets) {
      try {
        const now = clock.now().getTime();
        return { payload: stripe.webhooks.constructEvent(body, signature, each, SIGNATURE_TOLERANCE_SECONDS, undefined, now) };
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) return { refusal: 'signed, but not readable' };
        // A wrong clock causes this and nothing else, so the reason names it.
        if (error.message.includes('tolerance')) refusal = 'signature is too old';
      }
    }
    return { refusal };
  };
}
