/**
 * Opens the Stripe SDK with Brim's API version, deadlines and address.
 *
 * The SDK retries: it sends an idempotency key with every POST, so a retry is safe. One call ends
 * within about a minute. The SDK's telemetry is off.
 */
import Stripe from 'stripe';
import { spans } from '../platform/spans.ts';
import { STRIPE_API_VERSION } from './wire/api-version.ts';

const REQUEST_TIMEOUT_MS = 20_000;
const NETWORK_RETRIES = 2;

export interface StripeOptions {
  readonly secretKey: string;
  /**
   * The address of another Stripe than api.stripe.com, also with a path, such as the sandbox's
   * `http://127.0.0.1:4000/sandbox/stripe`. A function is called for each request, for an address
   * that is known only once the server listens.
   */
  readonly apiUrl?: string | (() => string);
}

export function openStripe({ secretKey, apiUrl }: StripeOptions): Stripe {
  return new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    maxNetworkRetries: NETWORK_RETRIES,
    timeout: REQUEST_TIMEOUT_MS,
    telemetry: false,
    // Also for api.stripe.com, so that production sends its calls as the tests do.
    httpClient: Stripe.createFetchHttpClient(apiUrl === undefined ? recorded(fetch) : fetchBelow(apiUrl)),
  });
}

/** True where the answer repeats that of an earlier call with the same idempotency key. */
export function isReplayed(answer: Stripe.Response<unknown>): boolean {
  // The SDK types it as a plain object. It is a Headers object where the call went out through
  // fetch.
  return new Headers(answer.lastResponse.headers).get('idempotent-replayed') === 'true';
}

/** The SDK takes a host and a port, but no path. So this replaces the address of each request. */
function fetchBelow(apiUrl: string | (() => string)): typeof fetch {
  const send = recorded(fetch);
  return (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    const base = new URL(typeof apiUrl === 'string' ? apiUrl : apiUrl());
    const target = new URL(base.pathname.replace(/\/+$/, '') + asked.pathname + asked.search, base.origin);
    return send(target, init);
  };
}

/** Each request to Stripe is a span, also each that the SDK repeats. */
function recorded(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const span = spans()?.open('stripe', { method: init?.method ?? 'GET', url });
    if (!span) return send(input, init);
    try {
      const answer = await span.run(() => send(input, init));
      span.end({ status: answer.status, requestId: answer.headers.get('request-id') });
      return answer;
    } catch (error) {
      span.end({ error });
      throw error;
    }
  };
}
