/**
 * Opens the Stripe SDK as Brim uses it: its API version, its patience, and where Stripe is.
 *
 * Retrying is the SDK's (it keys every POST, so a retry is safe), and bounded: one call ends within about a minute,
 * whatever the network does. Nothing is measured and sent to Stripe beyond the calls themselves.
 */
import Stripe from 'stripe';
import { STRIPE_API_VERSION } from './wire/api-version.ts';

const REQUEST_TIMEOUT_MS = 20_000;
const NETWORK_RETRIES = 2;

export interface StripeOptions {
  readonly secretKey: string;
  /**
   * Another Stripe than api.stripe.com; it may have a path, as the sandbox's `http://127.0.0.1:4000/sandbox/stripe` has.
   * A function is asked at each call, for an address that is known only once something listens.
   */
  readonly apiUrl?: string | (() => string);
}

export function openStripe({ secretKey, apiUrl }: StripeOptions): Stripe {
  return new Stripe(secretKey, {
    apiVersion: STRIPE_API_VERSION,
    maxNetworkRetries: NETWORK_RETRIES,
    timeout: REQUEST_TIMEOUT_MS,
    telemetry: false,
    // Also without an address of its own, so that what the tests exercise is what talks to Stripe.
    httpClient: Stripe.createFetchHttpClient(apiUrl === undefined ? fetch : fetchBelow(apiUrl)),
  });
}

/** True where the answer is not of this call, but that of an earlier one with the same idempotency key, word for word. */
export function isReplayed(answer: Stripe.Response<unknown>): boolean {
  // Typed as a plain object, it is a Headers where the call went out through fetch.
  return new Headers(answer.lastResponse.headers).get('idempotent-replayed') === 'true';
}

/** The SDK can be told a host and a port, but no path: so the address is replaced where the call leaves. */
function fetchBelow(apiUrl: string | (() => string)): typeof fetch {
  return (input, init) => {
    const asked = new URL(input instanceof Request ? input.url : input);
    const base = new URL(typeof apiUrl === 'string' ? apiUrl : apiUrl());
    const target = new URL(base.pathname.replace(/\/+$/, '') + asked.pathname + asked.search, base.origin);
    return fetch(target, init);
  };
}
