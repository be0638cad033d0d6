/**
 * The Stripe account; without one Brim uses the sandbox. Production needs a live account, or an
 * explicit switch for test payments.
 */
import { z } from 'zod';
import { isLoopbackName } from '../values/origin.ts';
import { type Mode, productionRule, rule } from './rules.ts';
import { isSample } from './samples.ts';
import { list, refuseFor, url } from './value-schemas.ts';

export interface StripeConfig {
  readonly secretKey: string;
  /**
   * Comma-separated while one replaces another: an event with any of these signatures is accepted.
   */
  readonly webhookSecret: string;
  readonly apiUrl?: string;
  /** Reads of Stripe that this process may begin each second. Unset: 15. */
  readonly readsPerSecond?: number;
}

export const stripeKey = z
  .string()
  .check(
    refuseFor<string>(
      [isSample, "is a sample: put the key of your Stripe account's dashboard in its place."],
      [(key) => !/^(sk|rk)_\S+$/.test(key), 'must be a secret or restricted key of Stripe: sk_… or rk_….'],
    ),
  );

const WEBHOOK_SECRET = 'must be the signing secret of the webhook endpoint, whsec_…; or several with commas between them.';

export const webhookSecrets = list.check(
  refuseFor<readonly string[]>(
    [(secrets) => secrets.some(isSample), `is a sample, with which anybody can say that they paid. It ${WEBHOOK_SECRET}`],
    [(secrets) => !secrets.every((secret) => /^whsec_\S+$/.test(secret)), WEBHOOK_SECRET],
  ),
);

export const stripeApiUrl = url(['http:', 'https:']);

interface Variables extends Mode {
  readonly STRIPE_SECRET_KEY?: string | undefined;
  readonly STRIPE_WEBHOOK_SECRET?: readonly string[] | undefined;
  readonly STRIPE_API_URL?: string | undefined;
  readonly BRIM_ALLOW_TEST_PAYMENTS?: 'true' | 'false' | undefined;
}

export const stripeRules = [
  productionRule<Variables>(
    'STRIPE_SECRET_KEY',
    ({ STRIPE_SECRET_KEY }) => STRIPE_SECRET_KEY !== undefined,
    'is required in production: the sandbox takes no real payments. It must be a key of Stripe, sk_… or rk_….',
  ),
  productionRule<Variables>(
    'STRIPE_SECRET_KEY',
    ({ STRIPE_SECRET_KEY = '', BRIM_ALLOW_TEST_PAYMENTS }) =>
      BRIM_ALLOW_TEST_PAYMENTS === 'true' || !/^(sk|rk)_test_/.test(STRIPE_SECRET_KEY),
    'is a test key, with which nobody pays: production needs sk_live_… or rk_live_…. Where that is meant, set BRIM_ALLOW_TEST_PAYMENTS=true.',
  ),
  rule<Variables>(
    'STRIPE_WEBHOOK_SECRET',
    ({ STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET }) => STRIPE_SECRET_KEY === undefined || STRIPE_WEBHOOK_SECRET !== undefined,
    `is required with STRIPE_SECRET_KEY. It ${WEBHOOK_SECRET}`,
  ),
  rule<Variables>(
    'STRIPE_WEBHOOK_SECRET',
    ({ STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET }) => STRIPE_SECRET_KEY !== undefined || STRIPE_WEBHOOK_SECRET === undefined,
    'must be unset without STRIPE_SECRET_KEY: the sandbox has its own.',
  ),
  productionRule<Variables>(
    'STRIPE_API_URL',
    ({ STRIPE_SECRET_KEY, STRIPE_API_URL }) =>
      STRIPE_SECRET_KEY === undefined || STRIPE_API_URL === undefined || !isReadable(new URL(STRIPE_API_URL)),
    'must begin with https:// in production, or be of this machine: the key is sent there.',
  ),
  rule<Variables>(
    'STRIPE_API_URL',
    ({ STRIPE_SECRET_KEY, STRIPE_API_URL }) => STRIPE_SECRET_KEY !== undefined || STRIPE_API_URL === undefined,
    'must be unset without STRIPE_SECRET_KEY: the sandbox is used then.',
  ),
];

/** @returns undefined where the sandbox is to be used. */
export function toStripeConfig({
  STRIPE_SECRET_KEY: secretKey,
  STRIPE_WEBHOOK_SECRET: webhookSecrets = [],
  STRIPE_API_URL: apiUrl,
  STRIPE_READS_PER_SECOND: readsPerSecond,
}: Variables & { readonly STRIPE_READS_PER_SECOND?: number | undefined }): StripeConfig | undefined {
  return secretKey === undefined
    ? undefined
    : {
        secretKey,
        webhookSecret: webhookSecrets.join(','),
        ...(apiUrl && { apiUrl }),
        ...(readsPerSecond && { readsPerSecond }),
      };
}

function isReadable({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !isLoopbackName(hostname);
}
