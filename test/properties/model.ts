/**
 * The ledger said a second time, as plainly as it can be: a list of deposits, what is owed, and a list of entries. No table, no batch,
 * no lock, and every number is added up anew each time. Uses nothing of src/; amounts are BigInts, in trillionths.
 */
export type Ask =
  | {
      readonly verb: 'grant';
      readonly id: string;
      readonly feature: string;
      /** Zero where unlimited. */
      readonly amount: bigint;
      readonly unlimited: boolean;
      readonly included: boolean;
      readonly reset: 'DAY' | 'WEEK' | 'MONTH' | null;
      readonly expiresOn: number | null;
    }
  | { readonly verb: 'use'; readonly feature: string; readonly amount: bigint; readonly policy: 'CAP' | 'REJECT' | 'OVERDRAW' };

/** What one customer asks: all of it, or nothing. */
export interface Request {
  readonly asks: readonly Ask[];
  readonly key: string | null;
  readonly fingerprint: string;
}

export interface Entry {
  readonly feature: string;
  readonly kind: 'GRANT' | 'USAGE';
  readonly amount: bigint;
  readonly requested: bigint | null;
  readonly parts: readonly Part[];
  readonly granted: bigint;
  readonly remaining: bigint;
  readonly usage: bigint;
  readonly unlimited: boolean;
}
export interface Part {
  readonly from: string;
  readonly amount: bigint;
  readonly used: bigint;
}
export type Answer =
  | { readonly entries: readonly Entry[]; readonly replayed: boolean }
  | 'CONFLICT'
  | 'INSUFFICIENT'
  | 'OVERFLOW';

export interface Deposit {
  readonly id: string;
  readonly feature: string;
  readonly granted: bigint;
  left: bigint;
  used: bigint;
  readonly unlimited: boolean;
  readonly rank: readonly number[];
}
export interface Account {
  entries: Entry[];
  deposits: Deposit[];
  /** By feature. */
  owed: Map<string, bigint>;
  answered: Map<string, { fingerprint: string; entries: readonly Entry[] }>;
}

const LIMIT = 10n ** 38n;
const DAYS = { DAY: 1, WEEK: 7, MONTH: 30 };
const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const least = (a: bigint, b: bigint) => (a < b ? a : b);

export const newAccount = (): Account => ({ entries: [], deposits: [], owed: new Map(), answered: new Map() });

export function answer(account: Account, { asks, key, fingerprint }: Request): Answer {
  const first = key === null ? undefined : account.answered.get(key);
  if (first) return first.fingerprint === fingerprint ? { entries: first.entries, replayed: true } : 'CONFLICT';
  const draft = structuredClone(account);
  for (const ask of asks) {
    const parts = ask.verb === 'grant' ? give(draft, ask) : take(draft, ask);
    if (!parts) return 'INSUFFICIENT';
    const entry = enter(draft, ask, parts);
    if ([entry.granted, entry.remaining, entry.usage].some((number) => number >= LIMIT || number <= -LIMIT)) return 'OVERFLOW';
    draft.entries.push(entry);
  }
  const entries = draft.entries.slice(account.entries.length);
  if (key !== null) draft.answered.set(key, { fingerprint, entries });
  Object.assign(account, draft);
  return { entries, replayed: false };
}

/** What is owed is paid back first; the rest is the new deposit's. */
function give({ deposits, owed }: Account, ask: Extract<Ask, { verb: 'grant' }>): readonly Part[] {
  const { id, feature, amount, unlimited } = ask;
  const debt = owed.get(feature) ?? 0n;
  const paid = least(debt, amount);
  owed.set(feature, debt - paid);
  const reset = ask.reset === null ? [1, 0] : [0, DAYS[ask.reset]];
  const rank = [unlimited ? 0 : 1, ...reset, ask.expiresOn ?? Number.MAX_VALUE, ask.included ? 0 : 1, deposits.length];
  deposits.push({ id, feature, granted: amount, left: amount - paid, used: 0n, unlimited, rank });
  const repayment = paid > 0n ? [{ from: 'owed', amount: paid, used: 0n }] : [];
  return [...repayment, { from: id, amount: amount - paid, used: 0n }];
}

/** From the deposits in their order; what is missing is left out, refused or owed. */
function take(
  { deposits, owed }: Account,
  { feature, amount, policy }: Extract<Ask, { verb: 'use' }>,
): readonly Part[] | undefined {
  const parts: Part[] = [];
  let missing = amount;
  for (const deposit of deposits.filter((each) => each.feature === feature).sort(byRank)) {
    const part = deposit.unlimited ? missing : least(deposit.left, missing);
    if (part === 0n) continue;
    if (deposit.unlimited) deposit.used += part;
    else deposit.left -= part;
    missing -= part;
    parts.push({ from: deposit.id, amount: deposit.unlimited ? 0n : -part, used: deposit.unlimited ? part : 0n });
  }
  if (missing > 0n && policy === 'REJECT') return undefined;
  if (missing === 0n || policy === 'CAP') return parts;
  owed.set(feature, (owed.get(feature) ?? 0n) + missing);
  return [...parts, { from: 'owed', amount: -missing, used: 0n }];
}

function byRank(a: Deposit, b: Deposit): number {
  const difference = a.rank.findIndex((value, index) => value !== b.rank[index]);
  return difference < 0 ? 0 : (a.rank[difference] ?? 0) - (b.rank[difference] ?? 0);
}

function enter({ deposits, owed }: Account, ask: Ask, parts: readonly Part[]): Entry {
  const { feature } = ask;
  const own = deposits.filter((deposit) => deposit.feature === feature);
  const debt = owed.get(feature) ?? 0n;
  const granted = sum(own.map((deposit) => deposit.granted));
  const left = sum(own.map((deposit) => deposit.left));
  return {
    feature,
    kind: ask.verb === 'grant' ? 'GRANT' : 'USAGE',
    amount: sum(parts.map((part) => part.amount)),
    requested: ask.verb === 'use' ? ask.amount : null,
    parts,
    granted,
    remaining: left - debt,
    usage: granted - left + debt + sum(own.map((deposit) => deposit.used)),
    unlimited: own.some((deposit) => deposit.unlimited),
  };
}
