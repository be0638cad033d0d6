/**
 * The model's deposits: their order, how an entry changes them, and how they are made and ended.
 */
import { type Account, type AskOf, type Deposit, type Entry, type Part, type Portion, Refused } from './model.ts';
import { nextReset } from './time.ts';

export const LIMIT = 10n ** 38n;
export const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
export function least(first: bigint, ...others: readonly bigint[]): bigint {
  let result = first;
  for (const value of others) if (value < result) result = value;
  return result;
}
export const most = (a: bigint, b: bigint) => -least(-a, -b);
const soonest = (instants: readonly (number | null)[]) =>
  instants.reduce((a, b) => (a === null || b === null ? (a ?? b) : Math.min(a, b)), null);

export function part(from: string, change: Partial<Omit<Part, 'from'>>): Part {
  const { amount = 0n, held = 0n, granted = 0n, used = 0n, lost = 0n } = change;
  return { from, amount, held, granted, used, lost };
}

/** A feature's deposits in burn-down order, ended ones too, and what is owed last. */
export function depositsOf({ deposits }: Account, feature: string): readonly Deposit[] {
  return deposits.filter((deposit) => deposit.feature === feature).sort(byRank);
}

export function find(account: Account, id: string): Deposit {
  const found = account.deposits.find((deposit) => deposit.id === id);
  if (!found) throw new Error(`the model has no deposit ${id}`);
  return found;
}

const NOMINAL_DAYS = { DAY: 1, WEEK: 7, MONTH: 30 };

function rankOf({ origin, unlimited, reset, expires, made, number }: Deposit): readonly number[] {
  const expiry = expires ?? Number.MAX_VALUE;
  const rolledOver = origin === 'ROLLED_OVER' ? [0, expiry] : [1, 0];
  const resets = reset ? [0, NOMINAL_DAYS[reset.unit] * reset.count] : [1, 0];
  return [
    Number(origin === 'OWED'),
    Number(!unlimited),
    ...rolledOver,
    ...resets,
    expiry,
    Number(origin !== 'INCLUDED'),
    made,
    number,
  ];
}

function byRank(a: Deposit, b: Deposit): number {
  const [first, second] = [rankOf(a), rankOf(b)];
  const difference = first.findIndex((value, index) => value !== second[index]);
  return (first[difference] ?? 0) - (second[difference] ?? 0);
}

type Facts = Partial<Pick<Entry, 'requested' | 'applied' | 'units' | 'cost' | 'cause' | 'hold' | 'purchase'>> & Pick<Entry, 'at'>;

/** Writes an entry: each part is added to its deposit, and the balance is added up anew. */
export function enter(account: Account, kind: string, feature: string, parts: readonly Part[], facts: Facts): void {
  for (const { from, amount, held, granted, used } of parts) {
    const deposit = find(account, from);
    deposit.left += amount;
    deposit.held += held;
    deposit.granted += granted;
    deposit.used += used;
  }
  const own = depositsOf(account, feature);
  const [granted, remaining] = [sum(own.map((each) => each.granted)), sum(own.map((each) => each.left))];
  const [held, used] = [sum(own.map((each) => each.held)), sum(own.map((each) => each.used))];
  const usage = granted - remaining - held + used;
  const inPlay = own.filter(
    (each) => !each.ended && (each.left !== 0n || each.held !== 0n || each.unlimited || each.reset !== null),
  );
  const { requested = null, applied = null, units = null, cost = null, cause = null, hold = null, purchase = null, at } = facts;
  const numbers = [granted, remaining, usage, requested ?? 0n, applied ?? 0n];
  if (numbers.some((number) => most(number, -number) >= LIMIT)) throw new Refused('OVERFLOW');
  const entry: Entry = {
    number: account.entries.length + 1,
    feature,
    kind,
    amount: sum(parts.map(({ amount }) => amount)),
    requested,
    applied,
    units,
    cost,
    cause,
    hold,
    purchase,
    at,
    parts,
    granted,
    remaining,
    held,
    usage,
    unlimited: inPlay.some((each) => each.unlimited),
    nextReset: soonest(inPlay.map(nextReset)),
    nextExpiry: soonest(inPlay.map(({ expires }) => expires)),
  };
  account.entries = [...account.entries, entry];
}

/** What is there for an amount, in burn-down order; an unlimited deposit has all of it. */
export function pick(deposits: readonly Deposit[], amount: bigint): { portions: readonly Portion[]; missing: bigint } {
  const portions: Portion[] = [];
  let missing = amount;
  for (const { id, unlimited, left } of deposits.filter(({ ended, origin }) => !ended && origin !== 'OWED')) {
    const paid = unlimited ? missing : least(left, missing);
    if (paid === 0n) continue;
    missing -= paid;
    portions.push({ from: id, amount: unlimited ? 0n : paid, used: unlimited ? paid : 0n });
  }
  return { portions, missing };
}

/** A deposit repays first what is owed. `rest` is what is not needed for that. */
export function repay(account: Account, feature: string, amount: bigint): { parts: readonly Part[]; rest: bigint } {
  const debt = depositsOf(account, feature).find(({ left }) => left < 0n);
  const paid = debt ? least(-debt.left, amount) : 0n;
  return { parts: debt && paid > 0n ? [part(debt.id, { amount: paid })] : [], rest: amount - paid };
}

export function give(account: Account, ask: AskOf<'grant'>, now: number): void {
  if (ask.expires !== null && ask.expires <= now) throw new Refused('EXPIRED');
  deposit(account, 'GRANT', ask, now);
}

type DepositRequest = Omit<AskOf<'grant'>, 'verb' | 'origin'> & Pick<Deposit, 'origin'>;

export function deposit(account: Account, kind: string, { amount, ...request }: DepositRequest, at: number): void {
  const { id, feature, purchase } = request;
  const { parts, rest } = repay(account, feature, amount);
  const nothing = { granted: 0n, left: 0n, held: 0n, used: 0n, periods: 0, lowered: 0n, ended: null };
  account.deposits.push({ ...request, ...nothing, made: at, number: account.entries.length + 1 });
  enter(account, kind, feature, [...parts, part(id, { amount: rest, granted: amount })], { purchase, at });
}

/**
 * Upward it is a deposit; downward it comes off the finite ones, which then count as so much
 * smaller, until their next period.
 */
export function adjust(account: Account, { id, feature, amount, how }: AskOf<'adjust'>, at: number): void {
  const own = depositsOf(account, feature);
  const by = how === 'by' ? amount : amount - sum(own.map(({ left }) => left));
  const terms = { unlimited: false, purchase: null, reset: null, carry: null, expires: null };
  if (by > 0n) {
    deposit(account, 'ADJUSTMENT', { id, feature, amount: by, origin: 'MANUAL', ...terms }, at);
    return;
  }
  const { portions, missing } = pick(
    own.filter(({ unlimited }) => !unlimited),
    -by,
  );
  if (missing > 0n) throw new Refused('REFUSED');
  const parts = portions.map(({ from, amount: off }) => part(from, { amount: -off, granted: -off }));
  for (const { from, amount: off } of portions) if (find(account, from).reset) find(account, from).lowered += off;
  enter(account, 'ADJUSTMENT', feature, parts, { at });
}

/**
 * What was left of it and what was used of it stop counting; what is held of it counts until the
 * hold ends.
 */
export function end(account: Account, ending: Deposit, kind: 'EXPIRY' | 'VOID', at: number): void {
  const { id, feature, purchase, left, held, granted, used } = ending;
  ending.ended = kind;
  enter(account, kind, feature, [part(id, { amount: -left, granted: held - granted, used: -used })], { purchase, at });
}

/**
 * What the last entry brought back to deposits that have ended goes the way of the rest of them.
 */
export function letGo(account: Account, at: number): void {
  const last = account.entries.at(-1);
  for (const { from, amount, held, used } of last?.parts ?? []) {
    const { ended, feature, purchase } = find(account, from);
    if (ended) enter(account, ended, feature, [part(from, { amount: -amount, granted: held, used: -used })], { purchase, at });
  }
}

export function voidDeposit(account: Account, { feature, id }: AskOf<'void'>, at: number): void {
  const found = depositsOf(account, feature).find((each) => each.id === id);
  if (!found || found.origin === 'OWED') throw new Refused('REFUSED');
  if (!found.ended) end(account, found, 'VOID', at);
}

function includedIn(account: Account, feature: string, purchase: string): readonly Deposit[] {
  return depositsOf(account, feature).filter((each) => !each.ended && each.purchase === purchase && each.origin !== 'BOUGHT');
}

export function endPurchase(account: Account, { feature, purchase }: AskOf<'end'>, at: number): void {
  for (const each of includedIn(account, feature, purchase)) end(account, each, 'VOID', at);
}

/** An entry of nothing but the new instants. */
export function limitPurchase(account: Account, { feature, purchase, until }: AskOf<'limit'>, at: number): void {
  const longer = includedIn(account, feature, purchase).filter(({ expires }) => expires === null || expires > until);
  for (const each of longer) each.expires = until;
  const parts = longer.map(({ id }) => part(id, {}));
  if (parts.length > 0) enter(account, 'ADJUSTMENT', feature, parts, { purchase, at });
}
