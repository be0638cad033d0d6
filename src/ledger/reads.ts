import { type Database, reading } from '../database/database.ts';
import { gather, gatherById, type Load, rowsByKey } from '../database/loader.ts';
import { openFairQueue } from '../platform/fair-queue.ts';
import type { Clock } from '../values/clock.ts';
import type { Decimal } from '../values/decimal.ts';
import { isTransient, UnreadableError } from '../values/errors.ts';
import { isStorableText } from '../values/input.ts';
import { emptyBalance, inBurnDownOrder } from './model/account-state.ts';
import type { Balance, Grant, Hold, LedgerEntry, UsageRequest } from './model/types.ts';
import { type Following, findEntriesAfter, findMovedHeads, findSnapshots, type Head, type Snapshot } from './tables/following.ts';
import { type EntryPage, findEntryPages, kindOfPage } from './tables/pages.ts';
import * as store from './tables/reads.ts';
import { findUsage } from './tables/usage.ts';

/**
 * The reads of the ledger. An overdue account catches up before it is read, so each read is true at
 * its moment. Concurrent reads share a statement. All throw UnreadableError if the database cannot
 * be reached. Too many long reads of one customer wait in a queue, or throw RateLimitedError.
 */
export interface LedgerReads {
  /** A balance, all zero where nothing was granted or used. */
  readonly balance: Load<store.BalanceKey, Balance>;
  /** The balances of all features that the customer was ever granted or has used. */
  readonly balancesOf: Load<string, readonly Balance[]>;
  /** The number of the customer's last entry; 0 for an unknown customer. */
  readonly sequence: Load<string, bigint>;
  /** The open grants in burn-down order. */
  readonly openGrants: Load<store.BalanceKey, readonly Grant[]>;
  /** The newest 100 that are used up, newest first. */
  readonly usedUpGrants: Load<store.BalanceKey, readonly Grant[]>;
  readonly grant: Load<{ customerId: string; id: string }, Grant | null>;
  /** A grant or hold by its id alone, of any customer. */
  readonly grantById: Load<string, Grant | null>;
  readonly holdById: Load<string, Hold | null>;
  /**
   * The holds with this id: callers may have used one id for several customers. Overdue accounts do
   * not catch up first.
   */
  holdsNamed(id: string): Promise<readonly Hold[]>;
  readonly entry: Load<{ customerId: string; sequence: bigint }, LedgerEntry | null>;
  readonly grantsOfPurchase: Load<{ customerId: string; purchaseId: string }, readonly Grant[]>;
  readonly entryPage: Load<EntryPage, readonly LedgerEntry[]>;
  /** Sequence and balances at one moment; undefined for an unknown customer. */
  readonly snapshot: Load<string, Snapshot | undefined>;
  /** What was used in each bucket that is not empty, oldest first. */
  usage(request: UsageRequest): Promise<readonly { readonly start: Date; readonly amount: Decimal }[]>;
  /** How many entries used or gave back something, from `from` until before `to`. */
  useCount(request: Omit<UsageRequest, 'bucket'>): Promise<number>;
  /** At most `limit` entries after the one numbered `after`, oldest first. */
  entriesAfter(customerId: string, after: bigint, limit: number): Promise<readonly LedgerEntry[]>;
  /**
   * Those of the ledgers that have moved from these heads, or gone back, as they are now. One
   * statement, without a catch-up.
   */
  movedHeads(known: readonly Head[]): Promise<readonly Head[]>;
}

export interface ReadsDeps {
  readonly database: Pick<Database, 'client' | 'statements'>;
  readonly clock: Clock;
  /** Lets an account catch up. */
  readonly catchUp: (customerId: string) => Promise<unknown>;
}

const MAX_TURNS = 3;

/** Entries and balances can be large, so fewer share a statement than of other reads. */
const SNAPSHOTS_AT_ONCE = 200;
const READERS_AT_ONCE = 50;

/**
 * Limits of the reads that scan much of one customer and share no statement. The pool has ten
 * connections: half of them stay free for everybody else.
 */
const LONG_READS = { atOnce: 5, atOnceOfOwner: 2, waitingOfOwner: 1_000, waitMaxMs: 10_000 };

/** A reader asked for no write, so a failed catch-up is reported as a failed read. */
function notCaughtUp(error: unknown): never {
  if (!isTransient(error)) throw error;
  throw new UnreadableError(
    'What time brings to this account could not be done just now, so it could not be read: try again in a moment.',
    { cause: error },
  );
}

export function openReads({ database: { client, statements }, clock, catchUp }: ReadsDeps): LedgerReads {
  const isOverdue = gather(async (ids: readonly string[]) => {
    const overdue = new Set(await store.findOverdue(client, [...new Set(ids)], clock.now()));
    return ids.map((id) => overdue.has(id));
  });
  const longReads = openFairQueue(LONG_READS);
  const catchingUp = new Map<string, Promise<unknown>>();
  /** Resolves once this account has caught up. Waits for no other account. */
  const caughtUp = async (customerId: string): Promise<void> => {
    // A catch-up that was under way may have begun before the account became overdue again, so this
    // checks again.
    for (let turn = 0; turn < MAX_TURNS && (await isOverdue(customerId)); turn += 1) {
      const underWay = catchingUp.get(customerId) ?? catchUp(customerId).finally(() => catchingUp.delete(customerId));
      catchingUp.set(customerId, underWay);
      await underWay.catch(notCaughtUp);
    }
  };
  const caughtUpFirst =
    <Key extends string | { readonly customerId: string }, Value>(load: Load<Key, Value>): Load<Key, Value> =>
    async (key) => {
      await caughtUp(typeof key === 'string' ? key : key.customerId);
      return load(key);
    };
  const holdAsItStands = gatherById(async (ids) => {
    const found = new Map((await store.findHolds(client, ids)).map((hold) => [hold.id, hold]));
    return ids.map((id) => found.get(id) ?? null);
  });
  const entriesAfter = gather((places: readonly Following[]) => findEntriesAfter(statements, places), READERS_AT_ONCE);
  const pageLoaders = new Map<string, Load<EntryPage, readonly LedgerEntry[]>>();

  return {
    balance: caughtUpFirst(
      gather(async (keys) => {
        const found = rowsByKey(keys, nameOfBalance, await store.findBalances(client, keys), nameOfBalance);
        return keys.map((key, index) => found[index]?.[0] ?? emptyBalance(key.customerId, key.featureId));
      }),
    ),
    balancesOf: caughtUpFirst(
      gather(async (ids) => rowsByKey(ids, (id) => id, await store.findBalancesOf(client, ids), ofCustomer)),
    ),
    sequence: caughtUpFirst(
      gather(async (ids) => {
        const found = await store.findSequences(client, ids);
        return ids.map((id) => found.get(id) ?? 0n);
      }),
    ),
    openGrants: caughtUpFirst(
      gather(async (keys) => {
        const found = rowsByKey(keys, nameOfBalance, await store.findGrants(client, keys, false), nameOfBalance);
        return found.map(inBurnDownOrder);
      }),
    ),
    usedUpGrants: caughtUpFirst(
      gather(async (keys) => rowsByKey(keys, nameOfBalance, await store.findGrants(client, keys, true), nameOfBalance)),
    ),
    grant: caughtUpFirst(
      gather(async (keys) =>
        rowsByKey(keys, nameOfGrant, await store.findGrantsById(client, keys), nameOfGrant).map((rows) => rows[0] ?? null),
      ),
    ),
    grantById: gatherById(async (ids) => {
      const found = new Map((await store.findGrantsByIdAlone(client, ids)).map((grant) => [grant.id, grant]));
      return ids.map((id) => found.get(id) ?? null);
    }),
    async holdById(id) {
      const found = await holdAsItStands(id);
      if (found?.status !== 'OPEN' || found.expiresAt > clock.now()) return found;
      await caughtUp(found.customerId);
      return holdAsItStands(id);
    },
    holdsNamed: async (id) => (isStorableText(id) ? reading(() => store.findHolds(client, [id])) : []),
    entry: gather(async (keys) => {
      const nameOf = (each: { customerId: string; sequence: bigint }) => `${each.customerId}\n${each.sequence}`;
      return rowsByKey(keys, nameOf, await store.findEntries(client, keys), nameOf).map((rows) => rows[0] ?? null);
    }),
    grantsOfPurchase: caughtUpFirst(
      gather(async (keys) => {
        const nameOf = (each: { customerId: string; purchaseId: string | null }) => `${each.customerId}\n${each.purchaseId}`;
        return rowsByKey(keys, nameOf, await store.findGrantsOfPurchases(client, keys), nameOf);
      }),
    ),
    entryPage: caughtUpFirst((page) => {
      const kind = kindOfPage(page);
      const load = pageLoaders.get(kind) ?? gather((pages: readonly EntryPage[]) => findEntryPages(client, pages));
      pageLoaders.set(kind, load);
      return load(page);
    }),
    snapshot: caughtUpFirst(
      gather(async (ids) => {
        const found = await findSnapshots(statements, ids);
        return ids.map((id) => found.get(id));
      }, SNAPSHOTS_AT_ONCE),
    ),
    entriesAfter: (customerId, after, limit) => entriesAfter({ customerId, after, limit }),
    movedHeads: (known) => findMovedHeads(statements, known),
    usage: caughtUpFirst((request) => longReads.run(request.customerId, () => reading(() => findUsage(client, request)))),
    useCount: caughtUpFirst((request) =>
      longReads.run(request.customerId, () => reading(() => store.countUses(client, request))),
    ),
  };
}

const ofCustomer = ({ customerId }: { readonly customerId: string }): string => customerId;

// No id contains a line feed.
const nameOfBalance = (each: store.BalanceKey): string => `${each.customerId}\n${each.featureId}`;
const nameOfGrant = (each: { customerId: string; id: string }): string => `${each.customerId}\n${each.id}`;
