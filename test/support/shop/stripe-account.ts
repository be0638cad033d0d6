/**
 * A Stripe account with several shops. The sandbox of one Brim is Stripe to the others, and each of
 * them reaches it over a wire that records its calls. Tests decide when webhooks are sent.
 */
import { pino } from 'pino';
import Stripe from 'stripe';
import { expect } from 'vitest';
import { openStripe } from '../../../src/stripe/client.ts';
import type { Faults } from '../../../src/stripe/sandbox/wire/faults.ts';
import type { Clock } from '../../../src/values/clock.ts';
import { type BrimOptions, openBrim, type TestBrim } from '../brim.ts';
import { fillShop } from '../shop.ts';
import { openWire, type Wire } from '../wire.ts';
import { until } from '../witness.ts';

export const ACCOUNT_KEY = 'sk_test_brim_sandbox';
export const ACCOUNT_WEBHOOK_SECRET = 'whsec_of_the_account';

export interface ShopBrim extends TestBrim {
  /** Every call of this Brim to Stripe. */
  readonly wire: Wire;
  /** What it logged. */
  readonly logged: () => readonly LogLine[];
}

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
}

export interface StripeAccount {
  /** Access of the account itself, as in the dashboard. */
  readonly stripe: Stripe;
  readonly faults: Pick<Faults, 'add' | 'clear'>;
  readonly apiUrl: string;
  /** Opens a Brim on this account, with the seed's shop unless its database has one. */
  openShop(options?: BrimOptions): Promise<ShopBrim>;
  /**
   * Sends a Brim the newest event of this type about this object, as Stripe does. @returns the
   * status of the answer.
   */
  tell(brim: Pick<TestBrim, 'url'>, type: string, objectId: string): Promise<number>;
  close(): Promise<void>;
}

/** @param clock the clock of Stripe and of the Brims that `openShop` opens. */
export async function openStripeAccount(clock: Clock = { now: () => new Date() }): Promise<StripeAccount> {
  const provider = await openBrim({ sandboxDelivery: 'held', clock });
  const closers: (() => Promise<void>)[] = [provider.close];
  const apiUrl = `${provider.url}/sandbox/stripe`;
  const stripe = openStripe({ secretKey: ACCOUNT_KEY, apiUrl });
  if (!provider.app.sandbox) throw new Error('this Brim has no sandbox');

  return {
    stripe,
    apiUrl,
    faults: provider.app.sandbox.faults,
    async openShop(options = {}) {
      const wire = await openWire(() => apiUrl);
      closers.push(wire.close);
      const lines: string[] = [];
      const brim = await openBrim({
        clock,
        ...options,
        log: pino({ level: 'info' }, { write: (text: string) => void lines.push(text) }),
        config: {
          stripe: { secretKey: ACCOUNT_KEY, webhookSecret: ACCOUNT_WEBHOOK_SECRET, apiUrl: wire.url, readsPerSecond: 1_000 },
          ...options.config,
        },
      });
      let isOpen = true;
      const close = async () => {
        if (isOpen) await brim.close();
        isOpen = false;
      };
      closers.push(close);
      if (options.databaseUrl === undefined) await fillShop(brim);
      const logged = () => lines.map((line): LogLine => JSON.parse(line));
      // Waits until the check of the key is over, so that its calls are not counted.
      await until(() => expect(logged().map(({ msg }) => msg)).toContain('stripe: the key may do all that is needed'));
      return { ...brim, wire, logged, close };
    },
    async tell(brim, type, objectId) {
      for await (const event of stripe.events.list({ type })) {
        if (!('id' in event.data.object) || event.data.object.id !== objectId) continue;
        return post(brim, JSON.stringify(event), clock.now());
      }
      throw new Error(`there is no ${type} of ${objectId}`);
    },
    async close() {
      for (let close = closers.pop(); close; close = closers.pop()) await close();
    },
  };
}

/** Posts an event with a signature of this Stripe account. @returns the status of the answer. */
export async function post({ url }: Pick<TestBrim, 'url'>, body: string, at = new Date()): Promise<number> {
  const header = new Stripe(ACCOUNT_KEY).webhooks.generateTestHeaderString({
    payload: body,
    secret: ACCOUNT_WEBHOOK_SECRET,
    timestamp: Math.floor(at.getTime() / 1_000),
  });
  const response = await fetch(`${url}/webhooks/stripe`, { method: 'POST', headers: { 'stripe-signature': header }, body });
  await response.body?.cancel();
  return response.status;
}
