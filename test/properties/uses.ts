/** How the model uses: who pays, and what becomes of what nobody can pay. */
import { depositsOf, enter, LIMIT, part, pick } from './deposits.ts';
import { allowed } from './limits.ts';
import { type Account, type AskOf, type Part, type Portion, type Price, Refused } from './model.ts';

const ONE = 10n ** 12n;
/** What units cost, rounded up at the last place. */
export const priceOf = (units: bigint, cost: bigint) => (units * cost + ONE - 1n) / ONE;
/** How many units an amount affords, rounded down. */
export const affordedBy = (amount: bigint, cost: bigint) => (amount * ONE) / cost;

export interface Share {
  readonly feature: string;
  /** null: the feature's own. */
  readonly cost: bigint | null;
  readonly units: bigint;
  readonly asked: bigint;
  readonly paid: bigint;
  readonly portions: readonly Portion[];
  /** What of it is owed from now on. */
  readonly owing: bigint;
}

/**
 * The feature's own deposits first, then each that can be paid with, as far as it goes. `debtor`
 * goes as far as is asked. None goes further than its limits.
 */
export function spread(
  account: Account,
  now: number,
  feature: string,
  amount: bigint,
  prices: readonly Price[],
  debtor?: string,
) {
  const shares: Share[] = [];
  let missing = allowed(account, feature, amount, now);
  const beyond = amount - missing;
  let isLimited = beyond > 0n;
  for (const payer of [{ feature, cost: null }, ...prices]) {
    if (missing === 0n && payer.cost !== null) break;
    const asked = payer.cost === null ? missing : priceOf(missing, payer.cost);
    if (asked >= LIMIT) throw new Refused('OVERFLOW');
    const deposits = depositsOf(account, payer.feature);
    const there = payer.feature === debtor ? asked : asked - pick(deposits, asked).missing;
    const payable = payer.cost === null ? there : allowed(account, payer.feature, there, now);
    if (payable < there) isLimited = true;
    let [units, paid] = [missing, asked];
    if (payable < asked) {
      units = payer.cost === null ? payable : affordedBy(payable, payer.cost);
      paid = payer.cost === null ? units : priceOf(units, payer.cost);
    }
    missing -= units;
    const { portions, missing: owing } = pick(deposits, paid);
    if (units > 0n || payer.cost === null) shares.push({ ...payer, units, asked, paid, portions, owing });
  }
  missing += beyond;
  return { shares, missing, isLimited: isLimited && missing > 0n };
}

export const usedParts = (portions: readonly Portion[]): readonly Part[] =>
  portions.map(({ from, amount, used }) => part(from, { amount: -amount, used }));

export function use(account: Account, { feature, amount, policy, prices, happened }: AskOf<'use'>, now: number): void {
  // Owed is what the customer buys: of the last that can be paid with and ever moved.
  const paying = prices.findLast((price) => account.entries.some((entry) => entry.feature === price.feature));
  const debtor = policy === 'OVERDRAW' ? (paying?.feature ?? feature) : undefined;
  const { shares, missing, isLimited } = spread(account, now, feature, amount, prices, debtor);
  if (missing > 0n && policy === 'REJECT') throw new Refused(isLimited ? 'LIMITED' : 'INSUFFICIENT');
  const cause = account.entries.length + 1;
  for (const { feature: payer, cost, units, asked, paid, portions, owing } of shares) {
    const debt = owing > 0n ? [part(owedOf(account, payer, now), { amount: -owing })] : [];
    const numbers =
      cost === null ? { requested: amount, applied: amount - missing } : { requested: asked, applied: paid, units, cost, cause };
    enter(account, 'USAGE', payer, [...usedParts(portions), ...debt], { ...numbers, at: happened ?? now });
  }
}

/** The name of the one deposit that says what is owed; it is made when first needed. */
export function owedOf({ deposits, entries }: Account, feature: string, made: number): string {
  const id = `owed ${feature}`;
  if (deposits.some((deposit) => deposit.id === id)) return id;
  const nothing = { granted: 0n, left: 0n, held: 0n, used: 0n, periods: 0, lowered: 0n, ended: null };
  const terms = { purchase: null, unlimited: false, reset: null, carry: null, expires: null };
  deposits.push({ id, feature, origin: 'OWED', made, number: entries.length + 1, ...nothing, ...terms });
  return id;
}
