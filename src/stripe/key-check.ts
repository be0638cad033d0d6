/**
 * Checks the secret key when Brim starts, in the background: whose it is, which mode it has, and
 * whether it has the permissions that Brim needs. It logs what is missing. Brim starts also while
 * Stripe is down.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type Stripe from 'stripe';
import { repeat } from '../platform/repeat.ts';
import { MissingAtProviderError, PaymentProviderError, PaymentRefusedError } from '../purchases/model/provider.ts';
import type { StripeConnection } from './connection.ts';
import { causeOf } from './error-kinds.ts';
import { failureOf } from './failure.ts';
import { isLiveKey, type Realm } from './wire/realm.ts';

/**
 * The permissions that the key needs. Each probe names an object that does not exist, so it changes
 * nothing.
 */
const PERMISSIONS: readonly { readonly name: string; readonly probe: (stripe: Stripe) => Promise<unknown> }[] = [
  { name: 'Checkout Sessions: read', probe: (stripe) => stripe.checkout.sessions.list({ limit: 1 }) },
  { name: 'Checkout Sessions: write', probe: (stripe) => stripe.checkout.sessions.expire('cs_brim_checks_its_key') },
  { name: 'Customers: write', probe: (stripe) => stripe.customers.update('cus_brim_checks_its_key', { name: 'Brim' }) },
  { name: 'Payment Methods: read', probe: (stripe) => stripe.paymentMethods.retrieve('pm_brim_checks_its_key') },
  { name: 'Charges and Refunds: write', probe: (stripe) => stripe.refunds.create({ payment_intent: 'pi_brim_checks_its_key' }) },
  { name: 'Disputes: read', probe: (stripe) => stripe.disputes.list({ limit: 1 }) },
  { name: 'PaymentIntents: read', probe: (stripe) => stripe.paymentIntents.retrieve('pi_brim_checks_its_key') },
];

type KeyCheckDeps = Pick<StripeConnection, 'stripe' | 'calls' | 'log'>;

type Probed = 'allowed' | 'forbidden' | 'refused' | 'unknown';

export interface KeyCheck {
  /** undefined where Stripe did not say. */
  readonly account: string | undefined;
  /** True where Stripe answered every probe, so that no further check is needed. */
  readonly isDone: boolean;
}

/** What the probes of a key came to. */
export interface ProbedKey extends KeyCheck {
  /** Of the first probe. After another than `allowed` there are no further probes. */
  readonly key: 'allowed' | 'refused' | 'unknown';
  /** The permissions that are missing. */
  readonly lacking: readonly string[];
}

/**
 * Asks Stripe, and never throws.
 * @param onOwnAccount told whose key it is before its permissions are asked for; undefined where
 *   Stripe did not say.
 */
export async function probeKey(
  { stripe, calls }: Pick<KeyCheckDeps, 'stripe' | 'calls'>,
  onOwnAccount: (account: string | undefined) => void = () => undefined,
): Promise<ProbedKey> {
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
  const key = await probe(async () => {
    account = (await stripe.accounts.retrieveCurrent()).id;
  });
  onOwnAccount(account);
  // A refused key, or a Stripe that does not answer, makes further probes useless.
  if (key === 'refused' || key === 'unknown') return { key, account, lacking: [], isDone: key === 'refused' };
  const lacking: string[] = [];
  let isDone = true;
  for (const { name, probe: ask } of PERMISSIONS) {
    const found = await probe(() => ask(stripe));
    if (found === 'forbidden') lacking.push(name);
    if (found === 'unknown') isDone = false;
  }
  return { key: 'allowed', account, lacking, isDone };
}

/** @returns what is known now. It logs what is wrong, and never throws. */
export async function checkKey(
  { log, ...deps }: KeyCheckDeps,
  onOwnAccount: (account: string | undefined) => void = () => undefined,
): Promise<KeyCheck> {
  const { key, account, lacking, isDone } = await probeKey(deps, onOwnAccount);
  if (lacking.length > 0)
    log.error(
      { lacking },
      `stripe: the key in STRIPE_SECRET_KEY lacks permissions, and purchases will fail: ${lacking.join('; ')}`,
    );
  else if (isDone && key === 'allowed') log.info({ account }, 'stripe: the key may do all that is needed');
  return { account, isDone };
}

const AGAIN_AFTER_MS = 60_000;
/** A Stripe that does not answer keeps nobody waiting for longer. */
const FIRST_ANSWER_MS = 5_000;

export interface WatchedAccount {
  /** What is known now. */
  realm(): Realm;
  /** Waits a moment where the process has just started, and Stripe has not said whose key it is. */
  knownRealm(): Promise<Realm>;
  close(): void;
}

/** Checks the key in the background, again each minute until Stripe has answered. */
export function watchAccount(deps: KeyCheckDeps & { readonly secretKey: string }): WatchedAccount {
  const live = isLiveKey(deps.secretKey);
  let account: string | null = null;
  let onFirstAnswer = () => {};
  let firstAnswer: Promise<void> | undefined = new Promise((resolve) => {
    onFirstAnswer = resolve;
  });
  const checks = repeat({
    everyMs: AGAIN_AFTER_MS,
    startsAtOnce: true,
    async run() {
      const { isDone } = await checkKey(deps, (found) => {
        account = found ?? account;
        onFirstAnswer();
        firstAnswer = undefined;
      });
      return isDone ? 'done' : undefined;
    },
  });
  const realm = () => ({ account, live });
  return {
    realm,
    async knownRealm() {
      if (firstAnswer) await Promise.race([firstAnswer, wait(FIRST_ANSWER_MS, undefined, { ref: false })]);
      return realm();
    },
    // Closing does not wait for Stripe.
    close: () => void checks.close(),
  };
}
