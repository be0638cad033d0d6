/** How the model holds, and ends holds. */
import { enter, least, letGo, most, part, repay, sum } from './deposits.ts';
import { type Account, type AskOf, type Hold, type HoldPart, type Part, Refused } from './model.ts';
import { priceOf, spread, usedParts } from './uses.ts';

/** All that is asked, from where a use would take it, or nothing. */
export function hold(account: Account, { id, feature, amount, prices, until }: AskOf<'hold'>, at: number): void {
  const { shares, missing, isLimited } = spread(account, at, feature, amount, prices);
  if (missing > 0n) throw new Refused(isLimited ? 'LIMITED' : 'INSUFFICIENT');
  const first = account.entries.length + 1;
  for (const { feature: payer, cost, units, asked, portions } of shares.filter((share) => share.portions.length > 0)) {
    const parts = portions.map(({ from, amount: held }) => part(from, { amount: -held, held }));
    const cause = account.entries.length + 1 === first ? null : first;
    enter(account, 'HOLD', payer, parts, { requested: asked, units: cost === null ? null : units, cost, cause, hold: id, at });
  }
  account.holds.push({ id, feature, amount, until, parts: shares, status: 'OPEN' });
}

function openHold({ holds }: Account, id: string): Hold {
  const found = holds.find((each) => each.id === id);
  if (!found) throw new Refused('NO_HOLD');
  if (found.status !== 'OPEN') throw new Refused('HOLD_ENDED');
  return found;
}

export function release(account: Account, { id }: AskOf<'release'>, at: number): void {
  giveUp(account, openHold(account, id), 'RELEASED', at);
}

export function lapse(account: Account, lapsing: Hold): void {
  giveUp(account, lapsing, 'EXPIRED', lapsing.until);
}

function giveUp(account: Account, ending: Hold, status: Hold['status'], at: number): void {
  for (const each of ending.parts.filter(({ portions }) => portions.length > 0)) {
    enter(account, 'RELEASE', each.feature, free(account, each, 0n), { hold: ending.id, at });
    letGo(account, at);
  }
  ending.status = status;
}

/**
 * Of what is held so much is used, from the first portion on; and what is used beyond it is used as
 * anything is, as far as it goes.
 */
export function settle(account: Account, { id, amount, prices }: AskOf<'settle'>, at: number): void {
  const ending = openHold(account, id);
  const beyond = spread(account, at, ending.feature, most(amount - ending.amount, 0n), prices);
  const applied = amount - beyond.missing;
  const cause = account.entries.length + 1;
  const more = beyond.shares.filter(({ feature }) => !ending.parts.some((each) => each.feature === feature));
  let left = amount;
  for (const each of [...ending.parts, ...more.map((share) => ({ ...share, units: 0n, portions: [] }))]) {
    const { feature, cost } = each;
    const units = least(left, each.units);
    left -= units;
    const paid = cost === null ? units : priceOf(units, cost);
    const extra = beyond.shares.find((share) => share.feature === feature) ?? { portions: [], units: 0n, asked: 0n, paid: 0n };
    const parts = together([...free(account, each, paid), ...usedParts(extra.portions)]);
    if (cost !== null && parts.length === 0) continue;
    const numbers =
      cost === null
        ? { requested: amount, applied }
        : { requested: paid + extra.asked, applied: paid + extra.paid, units: units + extra.units, cost, cause };
    enter(account, 'SETTLE', feature, parts, { ...numbers, hold: id, at });
    letGo(account, at);
  }
  ending.status = 'SETTLED';
}

/**
 * What becomes of the portions once `used` of them is used: the rest goes back, first of all to
 * what is owed.
 */
function free(account: Account, { feature, portions }: HoldPart, used: bigint): readonly Part[] {
  let left = used;
  const taken = portions.map((portion) => {
    const taking = least(left, portion.amount + portion.used);
    left -= taking;
    return taking;
  });
  const backs = portions.map(({ amount }, index) => most(amount - (taken[index] ?? 0n), 0n));
  const { parts, rest } = repay(account, feature, sum(backs));
  let owed = sum(backs) - rest;
  return [
    ...parts,
    ...portions.map(({ from, amount, used: unlimited }, index) => {
      const back = backs[index] ?? 0n;
      const repaid = least(owed, back);
      owed -= repaid;
      return part(from, { amount: back - repaid, held: -amount, used: unlimited > 0n ? (taken[index] ?? 0n) : 0n });
    }),
  ];
}

/** One part a deposit. */
function together(parts: readonly Part[]): readonly Part[] {
  return [...new Set(parts.map(({ from }) => from))].map((from) => {
    const own = parts.filter((each) => each.from === from);
    return part(from, {
      amount: sum(own.map(({ amount }) => amount)),
      held: sum(own.map(({ held }) => held)),
      used: sum(own.map(({ used }) => used)),
    });
  });
}
