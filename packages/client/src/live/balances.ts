/**
 * The balances of a page's customer, and how each message changes them. Pure functions.
 *
 * The version of a balance only grows. A late query or a message of an old connection carries a
 * version that is not newer, so it changes nothing.
 */
import type { BalanceFieldsFragment, ViewerBalanceChangedSubscription } from '../documents/generated/graphql.ts';

/** One balance at one moment. Amounts are exact decimals as text. */
export type LiveBalance = Omit<BalanceFieldsFragment, 'id'>;

/** Larger than every sequence: a client that passes it as `after` gets the snapshot again. */
const MORE_TO_COME = Number.MAX_SAFE_INTEGER;

/** Its `sequence` is MORE_TO_COME in every message of a snapshot except the last. */
export type BalanceMessage = Omit<ViewerBalanceChangedSubscription['balanceChanged'], 'balance'> & {
  readonly balance: LiveBalance;
};

export interface Balances {
  readonly byFeature: Readonly<Record<string, LiveBalance>>;
  /** The sequence of the last message from which a client can resume. Unset before the first. */
  readonly sequence?: number;
  /** The messages of a snapshot that is not complete yet. */
  readonly begun?: readonly LiveBalance[];
}

export const NO_BALANCES: Balances = { byFeature: {} };

/**
 * Merges the balances of a query or mutation that are newer. @returns the same object if none is.
 */
export function applyBalances(known: Balances, balances: readonly LiveBalance[]): Balances {
  const newer = balances.filter(({ feature, version }) => version > (known.byFeature[feature.id]?.version ?? -1));
  if (newer.length === 0) return known;
  return { ...known, byFeature: { ...known.byFeature, ...Object.fromEntries(newer.map((each) => [each.feature.id, each])) } };
}

/**
 * Merges a message. A snapshot whose last message is older than the known sequence means that the
 * ledger went back, because a database was restored. Then the snapshot replaces everything.
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

/**
 * The state and the `after` with which a subscription opens. A client that lost a snapshot midway
 * starts with a new one.
 */
export function resume(known: Balances): { readonly known: Balances; readonly after: number | undefined } {
  const { begun, ...rest } = known;
  return begun ? { known: rest, after: undefined } : { known, after: known.sequence };
}

/** The balance of a feature of which the customer never had a grant. */
export function emptyBalance(featureId: string): LiveBalance {
  const nothing = { granted: '0', remaining: '0', held: '0', usage: '0', unlimited: false, version: 0 };
  return { feature: { id: featureId, name: featureId }, ...nothing, nextResetAt: null, nextExpiryAt: null };
}

/**
 * The server's rule for a balance without credits: unlimited, or enough remains. A number is
 * rounded at the 12th place as on the server, so 0.1 + 0.2 is 0.3. @throws Error if `required` is
 * no decimal.
 */
export function covers(
  { unlimited, remaining }: Pick<LiveBalance, 'unlimited' | 'remaining'>,
  required: string | number,
): boolean {
  return scaled(required) <= scaled(remaining) || unlimited;
}

const PLACES = 12;
const NUMERAL = /^\+?(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * An exact amount in units of 10⁻¹², as on the server. Numbers are rounded half to even; text is
 * not rounded.
 */
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
