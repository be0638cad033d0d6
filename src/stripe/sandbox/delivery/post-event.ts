/**
 * Posts one event to the webhook with Stripe's signature, made anew at each attempt:
 * `t=<seconds>,v1=<HMAC-SHA256 of "t.payload">`. Only 2xx counts as an answer. Redirects are not
 * followed.
 */
import Stripe from 'stripe';
import type { Clock } from '../../../values/clock.ts';
import { webhookSecrets } from '../../wire/signature.ts';
import { toUnixSeconds } from '../wire/object-id.ts';

export interface WebhookTarget {
  readonly url: () => string;
  /** The endpoint's signing secret; of several, comma-separated, the first. */
  readonly secret: string;
}

/** The status of the answer, or why there was none. */
export type PostResult = { readonly status: number } | { readonly failure: string };

const POST_TIMEOUT_MS = 20_000;

export function isDelivered(result: PostResult): boolean {
  return 'status' in result && result.status >= 200 && result.status < 300;
}

export function openPost({ webhook, clock, closing }: { webhook: WebhookTarget; clock: Clock; closing: AbortSignal }) {
  const secret = webhookSecrets(webhook.secret)[0] ?? '';

  return async (payload: string): Promise<PostResult> => {
    const timestamp = toUnixSeconds(clock.now());
    try {
      const response = await fetch(webhook.url(), {
        method: 'POST',
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (Brim sandbox)',
          'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp }),
        },
        body: payload,
        redirect: 'manual',
        signal: AbortSignal.any([closing, AbortSignal.timeout(POST_TIMEOUT_MS)]),
      });
      await response.body?.cancel();
      return { status: response.status };
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      return { failure: cause instanceof Error ? cause.message : String(cause) };
    }
  };
}
