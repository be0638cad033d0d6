/**
 * What a page knows of its customer's balances, and what each message does to it: pure functions.
 *
 * A balance only ever moves on. Whatever came late (a query that was overtaken, a message of a connection that is gone) carries a
 * version that is not above the known one, and changes nothing.
 */
import type { BalanceFieldsFragment, ViewerBalanceChangedSubscription } from '../documents/generated/graphql.ts';

/** One balance at one moment. Amounts are exact decimals as text. */
export type LiveBalance = Omit<BalanceFieldsFragment, 'id'>;

/** Ahead of every ledger: a client that passes it as `after` gets the snapshot again. */
const MORE_TO_COME = Number.MAX_SAFE_INTEGER;

/** Its `sequence` is MORE_TO_COME in all messages of a snapshot but the last. */
export type BalanceMessage = Omit<ViewerBalanceChangedSubscription['balanceChanged'], 'balance'> & {
  readonly balance: LiveBalance;
};

export interface Balances {
  readonly byFeature: Readonly<Record<string, LiveBalance>>;
  /** How far the ledger was at the last message that can be resumed from. Unset before the first. */
  readonly sequence?: number;
  /** What has come of a snapshot whose last message has not. */
  readonly begun?: readonly LiveBalance[];
}

export const NO_BALANCES: Balances = { byFeature: {} };

/** Takes in balances of a query or a mutation, each where it is newer. The same object where none is. */
export function applyBalances(known: Balances, balances: readonly LiveBalance[]): Balances {
  const newer = balances.filter(({ feature, version }) => version > (known.byFeature[feature.id]?.version ?? -1));
  if (newer.length === 0) return known;
  return { ...known, byFeature: { ...known.byFeature, ...Object.fromEntries(newer.map((each) => [each.feature.id, each])) } };
}

/**
 * Takes in a message. A snapshot from before what is known means that the ledger itself has gone back (a database was restored): then
 * what is known is of another world, and only what the snapshot says stays. Which it is, its last message says.
 */
export function applyMessage(known: Balances, { cause, sequence, balance }: BalanceMessage): Balances {
  const { begun = [], ...before } = known;
  if (sequence === MORE_TO_COME) return { ...applyBalances(before, [balance]), begun: [...begun, balance] };
  const wentBack = cause === 'SNAPSHOT' && sequence < (before.sequence ?? 0);
  if (wentBack) return { ...applyBalances(NO_BALANCES, [...begun, balance]), sequence };
  const { byFeature } = applyBalances(before, [balance]);
  const reached = Math.max(before.sequence ?? 0, sequence);
  return byFeature === known.byFeature && reached === known.sequence && !known.begun ? known : { byFeature, sequence: reached };
}

/** What is known when a subscription is opened, and its `after`: whoever lost a snapshot midway begins with one again. */
export function resume(known: Balances): { readonly known: Balances; readonly after: number | undefined } {
  const { begun, ...rest } = known;
  return begun ? { known: rest, after: undefined } : { known, after: known.sequence };
}

/** What a customer has of a feature of which nothing was ever given. */
export function emptyBalance(featureId: string): LiveBalance {
  const nothing = { granted: '0', remaining: '0', held: '0', usage: '0', unlimited: false, version: 0 };
  return { feature: { id: featureId, name: featureId }, ...nothing, nextResetAt: null, nextExpiryAt: null };
}

/**
 * The server's rule for a balance that pays for itself: unlimited, or enough remains. Of a number the 12th place is rounded as the server
 * rounds it, so that 0.1 + 0.2 is 0.3. @throws Error where `required` is no decimal.
 */
export function covers(
  { unlimited, remaining }: Pick<LiveBalance, 'unlimited' | 'remaining'>,
  required: string | number,
): boolean {
  return scaled(required) <= scaled(remaining) || unlimited;
}

const PLACES = 12;
const NUMERAL = /^\+?(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/** Exact, in units of 10⁻¹²: the few lines of the server's decimals that a page needs. A number is rounded half to even, text is not. */
function scaled(amount: string | number): bigint {
  const [, minus, integer, places = '', exponent = '0'] = NUMERAL.exec(String(amount)) ?? [];
  const shift = Number(exponent) - places.length + PLACES;
  const digits = BigInt((integer ?? '') + places);
  const unit = 10n ** BigInt(Math.max(0, -shift));
  const rest = digits % unit;
  if (integer === undefined || (typeof amount === 'string' && (rest > 0n || exponent !== '0'))) {
    throw new Error(`${amount} is no decimal such as "10" or "0.25".`);
  }
  const whole = digits / unit;
  const isUp = 2n * rest > unit || (2n * rest === unit && whole % 2n === 1n);
  const size = (whole + (isUp ? 1n : 0n)) * 10n ** BigInt(Math.max(0, shift));
  return minus ? -size : size;
}
