/** How the model gives a use back. */
import { depositsOf, enter, least, most, part, repay, sum } from './deposits.ts';
import { type Account, type AskOf, type Deposit, type Entry, type Part, Refused } from './model.ts';
import { affordedBy, priceOf } from './uses.ts';

/**
 * What paid last goes back first: the last credits, …, the feature's own; never more than was used.
 */
export function reverse(account: Account, { entry: number, amount }: AskOf<'reverse'>, at: number): void {
  const { entries } = account;
  const used = entries[number - 1];
  if (!used || used.cause !== null || (used.kind !== 'USAGE' && used.kind !== 'SETTLE')) throw new Refused('REFUSED');
  const earlier = entries.filter(({ kind, cause }) => kind === 'REVERSAL' && cause === number);
  /** What was given back of one balance before. */
  const before = (feature: string, what: 'requested' | 'units') =>
    sum(earlier.filter((entry) => entry.feature === feature).map((entry) => entry[what] ?? 0n));
  const open = (used.applied ?? 0n) - before(used.feature, 'requested');
  const asked = amount ?? open;
  if (open <= 0n || asked > open) throw new Refused('REFUSED');

  let left = asked;
  const payers = entries.filter(({ kind, cause }) => kind === used.kind && cause === number);
  const credits = payers.toReversed().flatMap((payer) => {
    const paying = (payer.units ?? 0n) - before(payer.feature, 'units');
    const units = least(left, paying);
    left -= units;
    if (units === 0n) return [];
    // The units that stay used go on costing what they cost.
    const [cost, already] = [payer.cost ?? 0n, before(payer.feature, 'requested')];
    const requested = most(useIn(payer) - already - priceOf(paying - units, cost), 0n);
    const back = goBack(account, payer, requested, already);
    const returned = back.returned === requested ? units : least(units, affordedBy(back.returned, cost));
    return [{ payer, units, cost, requested, back, returned }];
  });
  const own = goBack(account, used, left, before(used.feature, 'units'));
  const applied = -own.returned - sum(credits.map(({ returned }) => returned));
  enter(account, 'REVERSAL', used.feature, own.parts, { requested: asked, applied, units: left, cause: number, at });
  for (const { payer, units, cost, requested, back } of credits)
    enter(account, 'REVERSAL', payer.feature, back.parts, { requested, applied: -back.returned, units, cost, cause: number, at });
}

const useOf = ({ amount, held, used }: Part) => used - amount - held;
const useIn = ({ parts }: Entry) => sum(parts.map(useOf));

/**
 * What a deposit can take back: what was used of it in this period; of what is owed, what still is.
 */
function roomOf({ ended, origin, unlimited, granted, held, left, used }: Deposit): bigint {
  if (ended) return 0n;
  if (unlimited) return used;
  return origin === 'OWED' ? most(-left, 0n) : granted - held - left;
}

/**
 * Gives `amount` back to the deposits that paid, the newest part first, after the `before` that
 * went back earlier. What was owed and is repaid by now goes to those that repaid it, the newest
 * first. An overdraft that is still owed takes its part before all of them.
 */
function goBack(account: Account, entry: Entry, amount: bigint, before: bigint) {
  const deposits = depositsOf(account, entry.feature);
  const rooms = new Map(deposits.map((each) => [each.id, roomOf(each)]));
  const newestFirst = deposits
    .filter(({ origin, unlimited }) => origin !== 'OWED' && !unlimited)
    .sort((a, b) => b.number - a.number);
  const finite = new Map<string, bigint>();
  const others: Part[] = [];
  let [skipping, wanted] = [before, amount];
  for (const one of entry.parts.toReversed()) {
    const all = most(useOf(one), 0n);
    const skipped = least(skipping, all);
    skipping -= skipped;
    let left = least(wanted, all - skipped);
    wanted -= left;
    const paid = deposits.find(({ id }) => id === one.from);
    if (!paid || left === 0n) continue;
    let uncounted = 0n;
    for (const taker of paid.origin === 'OWED' ? [paid, ...newestFirst] : [paid]) {
      const back = least(left, rooms.get(taker.id) ?? 0n);
      rooms.set(taker.id, (rooms.get(taker.id) ?? 0n) - back);
      left -= back;
      if (taker.unlimited) uncounted = back;
      else if (back > 0n) finite.set(taker.id, (finite.get(taker.id) ?? 0n) + back);
    }
    if (left > 0n || uncounted > 0n) others.push(part(paid.id, { used: -uncounted, lost: left }));
  }
  const returned = sum([...finite.values()]);
  const { parts, rest } = repay(account, entry.feature, returned);
  const filled: Part[] = [];
  let toFill = rest;
  for (const [id, promised] of finite) {
    if (parts.some(({ from }) => from === id)) continue;
    const back = least(promised, toFill);
    toFill -= back;
    if (back > 0n) filled.push(part(id, { amount: back }));
  }
  return { parts: [...parts, ...filled, ...others], returned: returned - sum(others.map(({ used }) => used)) };
}
