/**
 * Reads the Stripe account; without one Brim uses the sandbox. Production needs a live account, or
 * an explicit switch for test payments.
 */
import { isLoopbackName } from '../values/origin.ts';
import { type Read, type Refuse, readCount, readList, readSwitch, readUrl } from './read.ts';
import { isSample } from './samples.ts';

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

export function readStripe(read: Read, production: boolean, refuse: Refuse): StripeConfig | undefined {
  const secretKey = read('STRIPE_SECRET_KEY');
  const apiUrl = readUrl('STRIPE_API_URL', read, ['http:', 'https:'], refuse);
  const readsPerSecond = readCount('STRIPE_READS_PER_SECOND', read, 100, refuse);
  const allowsTest = readSwitch('BRIM_ALLOW_TEST_PAYMENTS', read, false, refuse);
  if (secretKey === undefined) {
    refuseRemainders(read, production, refuse);
    return undefined;
  }
  if (production && apiUrl !== undefined && isReadable(new URL(apiUrl)))
    refuse('STRIPE_API_URL', 'must begin with https:// in production, or be of this machine: the key is sent there.');
  if (isSample(secretKey))
    refuse('STRIPE_SECRET_KEY', "is a sample: put the key of your Stripe account's dashboard in its place.");
  else if (!/^(sk|rk)_\S+$/.test(secretKey))
    refuse('STRIPE_SECRET_KEY', 'must be a secret or restricted key of Stripe: sk_… or rk_….');
  else if (production && !allowsTest && /^(sk|rk)_test_/.test(secretKey)) {
    refuse(
      'STRIPE_SECRET_KEY',
      'is a test key, with which nobody pays: production needs sk_live_… or rk_live_…. Where that is meant, set BRIM_ALLOW_TEST_PAYMENTS=true.',
    );
  }
  const webhookSecret = readWebhookSecret(read('STRIPE_WEBHOOK_SECRET'), refuse);
  if (webhookSecret === undefined) return undefined;
  return {
    secretKey,
    webhookSecret,
    ...(apiUrl === undefined ? {} : { apiUrl }),
    ...(readsPerSecond === undefined ? {} : { readsPerSecond }),
  };
}

function isReadable({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !isLoopbackName(hostname);
}

function readWebhookSecret(text: string | undefined, refuse: Refuse): string | undefined {
  const secrets = readList(text);
  const right = 'must be the signing secret of the webhook endpoint, whsec_…; or several with commas between them.';
  if (secrets.length === 0) return refuse('STRIPE_WEBHOOK_SECRET', `is required with STRIPE_SECRET_KEY. It ${right}`);
  if (secrets.some(isSample))
    return refuse('STRIPE_WEBHOOK_SECRET', `is a sample, with which anybody can say that they paid. It ${right}`);
  if (!secrets.every((secret) => /^whsec_\S+$/.test(secret))) return refuse('STRIPE_WEBHOOK_SECRET', right);
  return secrets.join(',');
}

/** Refuses the other variables of Stripe where its key is unset. */
function refuseRemainders(read: Read, production: boolean, refuse: Refuse): void {
  if (production)
    refuse(
      'STRIPE_SECRET_KEY',
      'is required in production: the sandbox takes no real payments. It must be a key of Stripe, sk_… or rk_….',
    );
  if (read('STRIPE_WEBHOOK_SECRET') !== undefined)
    refuse('STRIPE_WEBHOOK_SECRET', 'must be unset without STRIPE_SECRET_KEY: the sandbox has its own.');
  if (read('STRIPE_API_URL') !== undefined)
    refuse('STRIPE_API_URL', 'must be unset without STRIPE_SECRET_KEY: the sandbox is used then.');
}
