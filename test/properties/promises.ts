/**
 * The promises of the ledger: what must be true of one customer's tables at any time, after any
 * postings.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Entry, Part } from './model.ts';
import type { BalanceRow, GrantRow, Numbers, Tables } from './tables.ts';

const HOUR_MS = 3_600_000;
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

/**
 * Plainer than an assertion of the test runner, and a hundred times as fast: there are hundreds a
 * state.
 */
function promise(isKept: boolean, sentence: string, ...facts: readonly unknown[]): void {
  if (isKept) return;
  const told = facts.map((fact) => JSON.stringify(fact, (_, value) => (typeof value === 'bigint' ? `${value}` : value)));
  throw new Error(`A promise is broken: ${sentence}. ${told.join(' ')}`);
}
function promiseEqual(is: unknown, must: unknown, sentence: string): void {
  promise(isDeepStrictEqual(is, must), sentence, is, must);
}

/**
 * @param settledAt when the account was last asked for anything: nothing that was due by then is
 * still to come.
 * @param imports Past use may have been imported, which is in no entry.
 */
export function expectPromisesKept(tables: Tables, settledAt: number, { imports = false } = {}): void {
  const { sequence, entries, balances, grants } = tables;
  promiseEqual(
    entries.map(({ number }) => number),
    entries.map((_, index) => index + 1),
    'entries are numbered 1 … n',
  );
  promise(sequence === entries.length, 'the account knows its last entry', sequence, entries.length);
  for (const feature of new Set([...entries, ...balances, ...grants].map((row) => row.feature))) {
    const own = <Row extends { readonly feature: string }>(rows: readonly Row[]) => rows.filter((row) => row.feature === feature);
    const told = expectChain(own(entries));
    expectGrants(own(grants), told);
    expectBalance(own(balances), own(entries), own(grants));
  }
  expectUses(entries);
  expectHolds(tables);
  expectHours(tables, imports);
  expectTime(tables, settledAt);
  for (const { key, first, last } of tables.commands) {
    const keys = tables.keys.slice(first - 1, last);
    promise(keys.length > 0 && keys.every((each) => each === key), `the entries of a key bear it`, key, keys);
  }
}

interface Told {
  granted: bigint;
  left: bigint;
  held: bigint;
  used: bigint;
}

/** From each entry of a balance to the next. @returns what the entries say of each grant. */
function expectChain(entries: readonly Entry[]): ReadonlyMap<string, Told> {
  const told = new Map<string, Told>();
  let before = { granted: 0n, remaining: 0n, held: 0n, usage: 0n };
  for (const entry of entries) {
    const total = (what: Exclude<keyof Part, 'from'>) => sum(entry.parts.map((part) => part[what]));
    const [amount, held, granted, used] = [total('amount'), total('held'), total('granted'), total('used')];
    promise(amount === entry.amount, 'the allocations add up to the amount', entry);
    const use = granted - amount - held + used;
    const after = {
      granted: before.granted + granted,
      remaining: before.remaining + amount,
      held: before.held + held,
      usage: before.usage + use,
    };
    const { granted: a, remaining: b, held: c, usage: d } = entry;
    promiseEqual(
      { granted: a, remaining: b, held: c, usage: d },
      after,
      `each number moves by the allocations at ${entry.number}`,
    );
    promise(after.usage >= 0n && after.held >= 0n, 'no usage and nothing held is below zero', entry);
    for (const part of entry.parts) {
      const grant = told.get(part.from) ?? { granted: 0n, left: 0n, held: 0n, used: 0n };
      grant.left += part.amount;
      grant.held += part.held;
      grant.granted += part.granted;
      grant.used += part.used;
      told.set(part.from, grant);
    }
    expectGrantsInBounds(entry, told);
    promise(isLikeItsKind(entry, { amount, held, granted, used, use }, told), `a ${entry.kind} does what it does`, before, entry);
    before = after;
  }
  return told;
}

/** Nothing is below zero but what is owed; and while something is, nothing is left elsewhere. */
function expectGrantsInBounds(entry: Entry, told: ReadonlyMap<string, Told>): void {
  const debt = told.get(`owed ${entry.feature}`)?.left ?? 0n;
  promise(debt <= 0n, 'nothing is left where it is owed', entry);
  for (const [id, { left, held, granted, used }] of told) {
    if (id.startsWith('owed ')) continue;
    promise(left >= 0n && held >= 0n && used >= 0n, `nothing of ${id} is below zero`, entry);
    promise(left + held <= granted, `of ${id} no more is there than was granted`, entry);
    promise(debt === 0n || left === 0n, `nothing is left of ${id} while something is owed`, entry);
  }
}

type Moved = Omit<Part, 'from' | 'lost'> & { readonly use: bigint };

/** The table of kinds: how each number may move. */
function isLikeItsKind(
  { kind, parts, purchase }: Entry,
  { amount, held, granted, used, use }: Moved,
  told: ReadonlyMap<string, Told>,
): boolean {
  const grant = told.get(parts.at(-1)?.from ?? '');
  // A plan that the customer had before begins with what was used of it in this period.
  if (kind === 'GRANT' && purchase !== null && use > 0n) return amount >= 0n && held === 0n && used >= 0n;
  if (kind === 'GRANT' || kind === 'ROLLOVER') return amount === granted && amount >= 0n && held === 0n && used === 0n;
  if (kind === 'ADJUSTMENT') {
    // What an opening leaves owed counts as used.
    const owed = sum(parts.filter(({ from }) => from.startsWith('owed ')).map((part) => part.amount));
    return (amount === granted || (owed < 0n && use === -owed)) && held === 0n && used === 0n;
  }
  if (kind === 'USAGE') return granted === 0n && held === 0n && amount <= 0n && used >= 0n;
  if (kind === 'REVERSAL') return granted === 0n && held === 0n && amount >= 0n && used <= 0n;
  // What goes back was never granted, so nothing counts as used for it. What was used of an ended
  // grant counts again while it is owed, and what is held counts until the hold ends.
  if (kind === 'CLAWBACK') return held === 0n && used === 0n && granted <= 0n && amount <= 0n;
  if (kind === 'REINSTATEMENT') return held === 0n && used === 0n && granted >= 0n && amount >= 0n;
  if (kind === 'HOLD') return granted === 0n && used === 0n && amount === -held && amount <= 0n;
  if (kind === 'RELEASE') return granted === 0n && used === 0n && amount === -held && amount >= 0n;
  if (kind === 'SETTLE') return granted === 0n && held <= 0n && use >= 0n;
  if (kind === 'RESET') {
    const isFull = grant?.used === 0n && (grant.left === grant.granted - grant.held || parts.length > 1);
    return granted === 0n && held === 0n && amount >= 0n && used <= 0n && use === -amount + used && isFull;
  }
  if (kind !== 'EXPIRY' && kind !== 'VOID') return false;
  return held === 0n && amount <= 0n && granted <= 0n && grant?.left === 0n && grant.used === 0n && grant.granted === grant.held;
}

/** A grant is what its entries say of it. */
function expectGrants(grants: readonly GrantRow[], told: ReadonlyMap<string, Told>): void {
  promiseEqual(grants.map(({ id }) => id).sort(), [...told.keys()].sort(), 'each grant has its entries');
  for (const row of grants) {
    const { id, remaining: left, held, used, unlimited, resets, hasEnded, open } = row;
    promiseEqual({ granted: countedAs(row), left, held, used }, told.get(id), `${id} is what its entries say`);
    promise(!hasEnded || (left === 0n && used === 0n), `nothing but what is held is left of ${id}, which has ended`, row);
    promise(!unlimited || (left === 0n && held === 0n && row.granted === 0n), `${id} counts only its use`, row);
    const canMove = held !== 0n || (!hasEnded && (left !== 0n || unlimited || resets));
    promise(open === canMove, `${id} is open while it can move`, row);
  }
}

const countedAs = ({ granted, held, hasEnded }: GrantRow) => (hasEnded ? held : granted);

function expectBalance(balances: readonly BalanceRow[], entries: readonly Entry[], grants: readonly GrantRow[]): void {
  const last = entries.at(-1);
  const [balance] = balances;
  promise(balances.length === (last ? 1 : 0), 'a balance is there when an entry is', balances);
  if (!balance || !last) return;
  promise(balance.version === last.number, 'its version is its last entry', balance, last);
  const { feature: _, version: __, ...numbers } = balance;
  promiseEqual(numbers, numbersOf(last), 'its numbers are those of its last entry');
  const total = (of: (grant: GrantRow) => bigint) => sum(grants.map(of));
  const inPlay = grants.filter(({ hasEnded, open }) => open && !hasEnded);
  const fold = {
    granted: total(countedAs),
    remaining: total(({ remaining }) => remaining),
    held: total(({ held }) => held),
    usage: total((grant) => countedAs(grant) - grant.remaining - grant.held + grant.used),
    unlimited: inPlay.some(({ unlimited }) => unlimited),
    nextReset: soonest(inPlay.map(({ nextReset }) => nextReset)),
    nextExpiry: soonest(inPlay.map(({ expires }) => expires)),
  };
  promiseEqual(numbers, fold, 'its numbers are the fold of its grants');
}

const numbersOf = ({ granted, remaining, held, usage, unlimited, nextReset, nextExpiry }: Entry): Numbers => ({
  ...{ granted, remaining, held, usage },
  ...{ unlimited, nextReset, nextExpiry },
});

/**
 * Every use is paid for, and no more is given back than was used: in all, and of each balance.
 */
function expectUses(entries: readonly Entry[]): void {
  const use = ({ parts }: Entry) => sum(parts.map(({ granted, amount, held, used }) => granted - amount - held + used));
  for (const entry of entries.filter(({ kind, cause }) => (kind === 'USAGE' || kind === 'SETTLE') && cause === null)) {
    const family = entries.filter(({ cause }) => cause === entry.number);
    const payers = family.filter(({ kind }) => kind === entry.kind);
    const paid = use(entry) + sum(payers.map(({ units }) => units ?? 0n));
    promise(entry.applied === paid && paid <= (entry.requested ?? 0n), 'what is applied is paid for', entry, payers);
    for (const payer of payers) promise(payer.applied === use(payer), 'credits say what they pay', payer);
    const back = family.filter(({ kind }) => kind === 'REVERSAL');
    const applied = sum(back.filter(({ cost }) => cost === null).map((each) => -(each.applied ?? 0n)));
    promise(applied <= paid, 'no more is given back than was used', entry, back);
    for (const payer of [entry, ...payers]) {
      const returned = sum(back.filter(({ feature }) => feature === payer.feature).map((each) => -use(each)));
      promise(returned <= use(payer), 'no balance gets back more than it paid', payer, back);
    }
    for (const each of back) {
      const lost = sum(each.parts.map((part) => part.lost));
      const wanted = each.cost === null ? each.units : each.requested;
      promise(wanted === lost - use(each), 'what does not go back is said to be lost', each);
    }
  }
}

/** What is held of a grant is held by open holds, exactly. */
function expectHolds({ holds, grants }: Tables): void {
  const open = holds.filter(({ status }) => status === 'OPEN').flatMap(({ parts }) => parts.flatMap(({ portions }) => portions));
  for (const { id, held } of grants) {
    const portions = open.filter(({ from }) => from === id);
    promise(sum(portions.map(({ amount }) => amount)) === held, `what is held of ${id} is held by open holds`, held, portions);
  }
}

/** The hours of use are the sums of what was applied, and of what was imported. */
function expectHours({ hours, entries }: Tables, imports: boolean): void {
  if (!hours) return;
  const sums = new Map<string, bigint>();
  for (const { feature, at, applied } of entries) {
    const hour = `${feature} ${Math.floor(at / HOUR_MS) * HOUR_MS}`;
    sums.set(hour, (sums.get(hour) ?? 0n) + (applied ?? 0n));
  }
  const stored = hours.map(({ feature, hour, amount }) => [`${feature} ${hour}`, amount] as const);
  if (imports) {
    const most = new Map<string, bigint>(stored);
    for (const [hour, used] of sums) promise(used <= (most.get(hour) ?? 0n), 'an hour of use has what was applied in it', hour);
    return;
  }
  const notZero = (rows: readonly (readonly [string, bigint])[]) => rows.filter(([, amount]) => amount !== 0n).sort();
  promiseEqual(notZero(stored), notZero([...sums]), 'an hour of use is the sum of what was applied in it');
}

const soonest = (instants: readonly (number | null)[]) =>
  instants.reduce((a, b) => (a === null || b === null ? (a ?? b) : Math.min(a, b)), null);

/** The nearest instant at which time itself changes something. */
export function nearestDue({ grants, holds }: Pick<Tables, 'grants' | 'holds'>): number | null {
  return soonest([
    ...grants.filter(({ hasEnded }) => !hasEnded).flatMap(({ nextReset, expires }) => [nextReset, expires]),
    ...holds.filter(({ status }) => status === 'OPEN').map(({ until }) => until),
  ]);
}

/** What time does is done, and the account never wakes too late. */
function expectTime(tables: Tables, settledAt: number): void {
  const nearest = nearestDue(tables);
  if (nearest === null) return;
  promise(nearest > settledAt, 'nothing is overdue', nearest, settledAt);
  promise(tables.due !== null && tables.due <= nearest, 'the account wakes in time', tables.due, nearest);
}
