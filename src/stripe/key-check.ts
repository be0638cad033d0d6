/**
 * Whose key it is, in which mode, and whether it may do what Brim asks of it: looked at when Brim starts, and said in the log. Nobody
 * waits for it, and Stripe's being away keeps nothing from starting.
 */
import type Stripe from 'stripe';
import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';
import { MissingAtProviderError, PaymentProviderError, PaymentRefusedError } from '../purchases/model/provider.ts';
import type { StripeCalls } from './calls.ts';
import { causeOf } from './error-kinds.ts';
import { failureOf } from './failure.ts';
import { isLiveKey, type Realm } from './wire/realm.ts';

/** What the key must be allowed, and a call that shows it without changing anything: of what does not exist. */
const PERMISSIONS: readonly { readonly name: string; readonly probe: (stripe: Stripe) => Promise<unknown> }[] = [
  { name: 'Checkout Sessions: read', probe: (stripe) => stripe.checkout.sessions.list({ limit: 1 }) },
  { name: 'Checkout Sessions: write', probe: (stripe) => stripe.checkout.sessions.expire('cs_brim_checks_its_key') },
  { name: 'Customers: write', probe: (stripe) => stripe.customers.update('cus_brim_checks_its_key', { name: 'Brim' }) },
  { name: 'PaymentIntents: read', probe: (stripe) => stripe.paymentIntents.retrieve('pi_brim_checks_its_key') },
];

type Probed = 'allowed' | 'forbidden' | 'refused' | 'unknown';

export interface KeyCheck {
  /** undefined where it could not be read. */
  readonly account: string | undefined;
  /** True where Stripe gave an answer to all that was asked: then there is no need to ask again. */
  readonly isDone: boolean;
}

/** @returns what is known now. It logs what is wrong, and never throws. */
export async function checkKey({ stripe, calls, log }: { stripe: Stripe; calls: StripeCalls; log: Log }): Promise<KeyCheck> {
  const probe = async (ask: () => Promise<unknown>): Promise<Probed> => {
    try {
      await calls.read(ask);
      return 'allowed';
    } catch (error) {
      if (error instanceof MissingAtProviderError || error instanceof PaymentRefusedError) return 'allowed';
      const { code } = error instanceof PaymentProviderError ? failureOf(causeOf(error)) : { code: 'unknown' };
      return code === '401' ? 'refused' : code === '403' ? 'forbidden' : 'unknown';
    }
  };
  let account: string | undefined;
  const told = await probe(async () => {
    account = (await stripe.accounts.retrieveCurrent()).id;
  });
  // Nothing else can be had with a key that is none, or from a Stripe that does not answer.
  if (told === 'refused' || told === 'unknown') return { account, isDone: told === 'refused' };
  const lacking: string[] = [];
  let isDone = true;
  for (const { name, probe: ask } of PERMISSIONS) {
    const found = await probe(() => ask(stripe));
    if (found === 'forbidden') lacking.push(name);
    if (found === 'unknown') isDone = false;
  }
  if (lacking.length > 0)
    log.error(
      { lacking },
      `stripe: the key in STRIPE_SECRET_KEY lacks permissions, and purchases will fail: ${lacking.join('; ')}`,
    );
  else if (isDone) log.info({ account }, 'stripe: the key may do all that is needed');
  return { account, isDone };
}

const AGAIN_AFTER_MS = 60_000;

export interface WatchedAccount {
  realm(): Realm;
  close(): void;
}

/** Checks the key in the background, again each minute until Stripe has answered. */
export function watchAccount(deps: { stripe: Stripe; calls: StripeCalls; log: Log; secretKey: string }): WatchedAccount {
  const live = isLiveKey(deps.secretKey);
  let account: string | null = null;
  const checks = repeat({
    everyMs: AGAIN_AFTER_MS,
    startsAtOnce: true,
    async run() {
      const check = await checkKey(deps);
      account = check.account ?? account;
      return check.isDone ? 'done' : undefined;
    },
  });
  // Closing does not wait for Stripe.
  return { realm: () => ({ account, live }), close: () => void checks.close() };
}
