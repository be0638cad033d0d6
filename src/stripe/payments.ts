import { randomBytes } from 'node:crypto';
import type { Config } from '../config/config.ts';
import type { Database } from '../database/database.ts';
import type { Log } from '../platform/log.ts';
import type { PaymentProvider } from '../purchases/model/provider.ts';
import type { Clock } from '../values/clock.ts';
import { stripeCalls } from './calls.ts';
import { openStripe } from './client.ts';
import type { StripeConnection } from './connection.ts';
import { watchAccount } from './key-check.ts';
import { stripeProvider } from './provider.ts';
import { openLimiter, READS_PER_SECOND } from './read-limiter.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import { stripeStore } from './tables/stripe.ts';
import { stripeWebhook } from './webhook.ts';
import type { PayerHint, Reconcilers } from './webhook-events.ts';
import { SANDBOX_REALM } from './wire/realm.ts';

/** Stripe, or the sandbox in its place. The same adapter and webhook work with both. */
export interface Payments {
  readonly provider: PaymentProvider;
  /** Which Brim this is, of several that may use one account. */
  readonly installationId: string;
  /**
   * Handles Stripe's events; the reconcilers make Brim agree with what they are about. The payment
   * methods of customers are followed here.
   */
  webhook(reconcilers: Omit<Reconcilers, 'setup' | 'method' | 'payer'>): (request: Request) => Promise<Response>;
  /** Missing where Stripe itself is used. */
  readonly sandbox?: Sandbox;
  close(): Promise<void>;
}

export interface PaymentsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Without `stripe` it opens the sandbox. */
  readonly config: Pick<Config, 'environment' | 'stripe'>;
  /** Where this process listens, and the address that browsers use. */
  readonly address: { readonly local: () => string; readonly public: () => string };
  readonly sandboxDelivery?: 'immediate' | 'held' | undefined;
}

const SANDBOX_KEY = 'sk_test_brim_sandbox';
const SANDBOX_ACCOUNT = { realm: () => SANDBOX_REALM, knownRealm: async () => SANDBOX_REALM };
/** The sandbox has no quota, and none but this Brim asks it. */
const SANDBOX_READS_PER_SECOND = 1_000;

export async function openPayments({ database, clock, log, config, address, sandboxDelivery }: PaymentsDeps): Promise<Payments> {
  const real = config.stripe;
  // Its modules are loaded only here, so with a key of Stripe never.
  const room = real ? undefined : await import('./sandbox/sandbox.ts');
  room?.refuseInProduction({ production: config.environment === 'production', stripeKeyConfigured: false });
  const store = stripeStore(database);
  const installationId = await store.installationId();
  const secret = real?.webhookSecret ?? `whsec_${randomBytes(24).toString('base64url')}`;
  const stripe = real
    ? openStripe(real)
    : openStripe({ secretKey: SANDBOX_KEY, apiUrl: () => `${address.local()}/sandbox/stripe` });
  const calls = stripeCalls({
    limiter: openLimiter(real ? (real.readsPerSecond ?? READS_PER_SECOND) : SANDBOX_READS_PER_SECOND),
    log,
  });
  const sandbox = await room?.openSandbox({
    database,
    clock,
    log,
    baseUrl: () => `${address.public()}/sandbox`,
    webhook: { url: () => `${address.local()}/webhooks/stripe`, secret },
    secretKey: SANDBOX_KEY,
    ...(sandboxDelivery ? { delivery: sandboxDelivery } : {}),
  });
  const account = real && watchAccount({ stripe, calls, log, secretKey: real.secretKey });
  const { realm, knownRealm } = account ?? SANDBOX_ACCOUNT;
  const connection: StripeConnection = { stripe, calls, store, log, realm, knownRealm, installationId };
  const provider = stripeProvider(connection);
  const follow = async ({ providerId }: PayerHint) =>
    (await provider.recordMethodOf(providerId)) ? ('reconciled' as const) : ('foreign' as const);
  const following = { setup: follow, method: follow, payer: follow };
  return {
    provider,
    installationId,
    webhook: (reconcilers) => stripeWebhook({ ...connection, secret, clock, reconcilers: { ...reconcilers, ...following } }),
    ...(sandbox ? { sandbox } : {}),
    async close() {
      account?.close();
      await sandbox?.close();
    },
  };
}
