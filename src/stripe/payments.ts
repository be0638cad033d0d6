import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Database } from '../database.ts';
import type { Log } from '../log.ts';
import type { CheckoutHint, PaymentProvider } from '../purchases/provider.ts';
import { openStripe } from './client.ts';
import { stripeProvider } from './provider.ts';
import { openSandbox, refuseInProduction, type Sandbox } from './sandbox/sandbox.ts';
import { stripeStore } from './store.ts';
import { stripeWebhook } from './webhook.ts';

/** Stripe, or the sandbox that stands in for it: the same adapter and the same webhook speak to either. */
export interface Payments {
  readonly provider: PaymentProvider;
  /** Takes Stripe's events; `settleCheckout` makes the purchase agree with the checkout. */
  webhook(settleCheckout: (hint: CheckoutHint) => Promise<void>): (request: Request) => Promise<Response>;
  /** Unset where Stripe itself is used. */
  readonly sandbox?: Sandbox;
  close(): Promise<void>;
}

export interface PaymentsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Without `stripe`: the sandbox. */
  readonly config: Pick<Config, 'environment' | 'stripe'>;
  /** Where this process listens, and where browsers find it. */
  readonly address: { readonly local: () => string; readonly public: () => string };
  readonly sandboxDelivery?: 'immediate' | 'held' | undefined;
}

const SANDBOX_KEY = 'sk_test_brim_sandbox';

export async function openPayments({ database, clock, log, config, address, sandboxDelivery }: PaymentsDeps): Promise<Payments> {
  const real = config.stripe;
  if (!real) refuseInProduction({ production: config.environment === 'production', stripeKeyConfigured: false });
  const store = stripeStore(database);
  const secret = real?.webhookSecret ?? `whsec_${randomBytes(24).toString('base64url')}`;
  const stripe = real
    ? openStripe(real)
    : openStripe({ secretKey: SANDBOX_KEY, apiUrl: () => `${address.local()}/sandbox/stripe` });
  const sandbox = real
    ? undefined
    : await openSandbox({
        database,
        clock,
        log,
        baseUrl: () => `${address.public()}/sandbox`,
        webhook: { url: () => `${address.local()}/webhooks/stripe`, secret },
        secretKey: SANDBOX_KEY,
        ...(sandboxDelivery ? { delivery: sandboxDelivery } : {}),
      });
  return {
    provider: stripeProvider({ stripe, store, log }),
    webhook: (settleCheckout) => stripeWebhook({ stripe, secret, store, clock, log, settleCheckout }),
    ...(sandbox ? { sandbox } : {}),
    close: async () => sandbox?.close(),
  };
}
