import { byCustomer, byPayment, byUse, distinct } from './groups.ts';
import { type AccountState, inBurnDownOrder, type Pool } from './model/account-state.ts';
import type { Ahead, Command, Posting } from './model/posting.ts';
import type { Grant, Hold, LedgerEntry } from './model/types.ts';
import { isSameCount, type KeptLimit } from './model/usage-limit.ts';
import { isOverdraft } from './rules/overdraft.ts';
import * as store from './tables/account-states.ts';
import { countLimits } from './tables/limit-counts.ts';
import type { AccountWithPools } from './tables/pools.ts';
import type { Reader } from './tables/reader.ts';

/**
 * Reads what the rules need of the accounts of a batch and is not known yet: for each balance that
 * a posting touches, its numbers and open grants, and otherwise only the grants, holds and uses
 * that are named or due. The accounts are locked, or the batch is written only where they did not
 * move.
 */
export interface ReadStates {
  readonly states: ReadonlyMap<string, AccountState>;
  /** The accounts that must catch up before their commands are applied. */
  readonly overdue: ReadonlyMap<string, Overdue>;
}

export interface Overdue {
  /** The nearest instant after `until` at which the account is due again. */
  readonly later: Date | null;
  /** Set where the account is to run ahead of the clock. */
  readonly ahead: Ahead | undefined;
}

export async function readStates(
  reader: Reader,
  commands: readonly Command[],
  accounts: ReadonlyMap<string, AccountWithPools>,
  now: Date,
): Promise<ReadStates> {
  const ahead = new Map(commands.flatMap(({ customerId, ahead }) => (ahead ? [[customerId, ahead] as const] : [])));
  const late = lateOf(accounts, ahead, now);
  const wanted = commands.flatMap(({ customerId, postings }) => postings.map((posting) => ({ customerId, posting })));
  const holds = await readHolds(reader, wanted, late);
  const families = await readFamilies(reader, wanted);
  const due = late.length > 0 ? await store.readDueGrants(reader, late) : [];
  const later = late.length > 0 ? await store.readLater(reader, late) : new Map<string, Date>();

  const ofHolds = holds.flatMap(({ customerId, parts }) => parts.map(({ featureId }) => ({ customerId, featureId })));
  const touched = [
    ...wanted.flatMap(({ customerId, posting }) => featuresOf(posting).map((featureId) => ({ customerId, featureId }))),
    ...ofHolds,
    ...families,
    ...due,
  ];
  const unknown = distinct(touched.filter(({ customerId, featureId }) => !accounts.get(customerId)?.pools.has(featureId)));
  const pools = unknown.length > 0 ? await store.readPools(reader, unknown) : new Map<string, ReadonlyMap<string, Pool>>();
  const others = [...due, ...(await readNamedGrants(reader, wanted, holds, families))];

  const payments = await readPayments(reader, wanted);
  const counted = await readCounts(reader, wanted, accounts, now);

  const [othersOf, holdsOf, familiesOf] = [byCustomer(others), byCustomer(holds), byCustomer(families)];
  const paymentsOf = byCustomer(payments);
  const states = new Map<string, AccountState>();
  for (const [customerId, account] of accounts) {
    const [read, held, used] = [pools.get(customerId), holdsOf.get(customerId), familiesOf.get(customerId)];
    const paid = paymentsOf.get(customerId);
    const known = read ? new Map([...account.pools, ...read]) : account.pools;
    states.set(customerId, {
      customerId,
      sequence: account.sequence,
      nextDueAt: account.nextDueAt,
      recordedAt: account.recordedAt,
      frozen: account.frozen,
      limits: [...account.limits, ...(counted.get(customerId) ?? [])],
      limitsVersion: account.limitsVersion,
      pools: withOthers(known, othersOf.get(customerId) ?? []),
      holds: held ? new Map(held.map((hold) => [hold.id, hold])) : NO_HOLDS,
      families: used ? byUse(used) : NO_FAMILIES,
      payments: paid ? byPayment(paid) : NO_PAYMENTS,
    });
  }
  const overdue = late.map(({ customerId }): [string, Overdue] => [
    customerId,
    { later: later.get(customerId) ?? null, ahead: ahead.get(customerId) },
  ]);
  return { states, overdue: new Map(overdue) };
}

const NO_HOLDS: AccountState['holds'] = new Map();
const NO_FAMILIES: AccountState['families'] = new Map();
const NO_PAYMENTS: AccountState['payments'] = new Map();
const NO_COUNTS: ReadonlyMap<string, readonly KeptLimit[]> = new Map();

/**
 * The overdue accounts, each with the instant until which it catches up: now, or later if it runs
 * ahead.
 */
function lateOf(
  accounts: ReadonlyMap<string, AccountWithPools>,
  ahead: ReadonlyMap<string, Ahead>,
  now: Date,
): readonly store.Late[] {
  return [...accounts.values()].flatMap(({ customerId, nextDueAt }) => {
    const further = ahead.get(customerId)?.until;
    const until = further && further > now ? further : now;
    return nextDueAt && nextDueAt <= until ? [{ customerId, until }] : [];
  });
}

type Wanted = readonly { readonly customerId: string; readonly posting: Posting }[];

/** The balances that a posting names. Those of a hold or a use are read with it. */
export function featuresOf(posting: Posting): readonly string[] {
  switch (posting.verb) {
    case 'grant':
      return [posting.grant.featureId];
    case 'track':
    case 'hold':
      return [posting.featureId, ...posting.credits.map(({ featureId }) => featureId)];
    case 'settle':
      return posting.credits.map(({ featureId }) => featureId);
    case 'release':
    case 'reverse':
    case 'setUsageLimit':
    case 'removeUsageLimit':
    case 'endUsageLimits':
      return [];
    default:
      return [posting.featureId];
  }
}

async function readHolds(reader: Reader, wanted: Wanted, late: readonly store.Late[]): Promise<readonly Hold[]> {
  const named = wanted.flatMap(({ customerId, posting }) =>
    posting.verb === 'settle' || posting.verb === 'release' ? [{ customerId, id: posting.holdId }] : [],
  );
  return named.length + late.length > 0 ? store.readHolds(reader, named, late) : [];
}

async function readFamilies(reader: Reader, wanted: Wanted): Promise<readonly LedgerEntry[]> {
  const uses = wanted.flatMap(({ customerId, posting }) =>
    posting.verb === 'reverse' ? [{ customerId, sequence: posting.sequence }] : [],
  );
  return uses.length > 0 ? store.readFamilies(reader, uses) : [];
}

async function readPayments(reader: Reader, wanted: Wanted): Promise<readonly LedgerEntry[]> {
  const named = paymentsIn(wanted);
  return named.length > 0 ? store.readPayments(reader, named) : [];
}

/** What counts of the limits that are to be set, and that the accounts do not have. */
async function readCounts(
  reader: Reader,
  wanted: Wanted,
  accounts: ReadonlyMap<string, AccountWithPools>,
  now: Date,
): Promise<ReadonlyMap<string, readonly KeptLimit[]>> {
  const asked = wanted.flatMap(({ customerId, posting }) => {
    if (posting.verb !== 'setUsageLimit') return [];
    const { limits = [], recordedAt = null } = accounts.get(customerId) ?? {};
    // The window is not before that of the last entry, also where the clock went back.
    const at = recordedAt && recordedAt > now ? recordedAt : now;
    return limits.some((limit) => isSameCount(limit, posting)) ? [] : [{ customerId, limit: posting, at }];
  });
  return asked.length > 0 ? countLimits(reader, asked) : NO_COUNTS;
}

const paymentsIn = (wanted: Wanted): readonly store.Named[] =>
  wanted.flatMap(({ customerId, posting }) => (posting.verb === 'clawback' ? [{ customerId, id: posting.paymentId }] : []));

/** The named grants. They may be used up or ended, so they are not among the open ones. */
async function readNamedGrants(
  reader: Reader,
  wanted: Wanted,
  holds: readonly Hold[],
  families: readonly LedgerEntry[],
): Promise<readonly Grant[]> {
  const named = [
    ...wanted.flatMap(({ customerId, posting }) => (posting.verb === 'void' ? [{ customerId, id: posting.grantId }] : [])),
    ...holds.flatMap(({ customerId, parts }) =>
      parts.flatMap(({ portions }) => portions.map(({ grantId }) => ({ customerId, id: grantId }))),
    ),
    ...families.flatMap(({ customerId, allocations }) => allocations.map(({ grantId }) => ({ customerId, id: grantId }))),
  ];
  const purchases = wanted.flatMap(({ customerId, posting }) =>
    posting.verb === 'end' || posting.verb === 'limit'
      ? [{ customerId, id: posting.purchaseId }]
      : posting.verb === 'renew' && posting.takesPlaceOf
        ? [{ customerId, id: posting.takesPlaceOf.purchaseId }]
        : [],
  );
  const renewed = wanted.flatMap(({ customerId, posting }) =>
    posting.verb === 'renew' ? [{ customerId, id: posting.purchaseId, start: posting.period.start }] : [],
  );
  const payments = paymentsIn(wanted);
  // A reversal of an overdraft that was repaid since goes to the grants that repaid it.
  const overdrawn = families.filter(({ allocations }) => allocations.some(({ grantId }) => isOverdraft(grantId)));
  const found = named.length > 0 ? await store.readGrants(reader, named) : [];
  // What is owed for a returned payment goes to the grants that paid it.
  const returned = wanted.flatMap(({ customerId, posting }) =>
    posting.verb === 'clawback' ? [{ customerId, featureId: posting.featureId }] : [],
  );
  const paid = [...overdrawn, ...returned, ...found.filter(({ owed }) => owed > 0n)];
  return [
    ...found,
    ...(purchases.length > 0 ? await store.readGrantsOfPurchases(reader, purchases) : []),
    ...(renewed.length > 0 ? await store.readGrantsOfPeriods(reader, renewed) : []),
    ...(payments.length > 0 ? await store.readGrantsOfPayments(reader, payments) : []),
    ...(paid.length > 0 ? await store.readGrantsWithRoom(reader, paid) : []),
  ];
}

/**
 * Adds these grants to the pools, in burn-down order. Grants that are in a pool stay as they are.
 */
function withOthers(pools: ReadonlyMap<string, Pool>, others: readonly Grant[]): ReadonlyMap<string, Pool> {
  if (others.length === 0) return pools;
  const complete = new Map(pools);
  for (const [featureId, pool] of complete) {
    const known = new Map(pool.grants.map((grant) => [grant.id, grant]));
    for (const grant of others) if (grant.featureId === featureId && !known.has(grant.id)) known.set(grant.id, grant);
    if (known.size > pool.grants.length) complete.set(featureId, { ...pool, grants: inBurnDownOrder([...known.values()]) });
  }
  return complete;
}
