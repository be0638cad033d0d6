import type { Database } from '../database/database.ts';
import { gather, gatherById, type Load } from '../database/loader.ts';
import { openFairQueue } from '../platform/fair-queue.ts';
import type { Clock } from '../values/clock.ts';
import type { CustomerFilter, CustomerPage } from '../values/customer-page.ts';
import type { Decimal } from '../values/decimal.ts';
import { isStorableText } from '../values/input.ts';
import { totalOf } from '../values/page.ts';
import { type EntryPageRequest, openEntryPages } from './entry-pages.ts';
import { emptyBalance, inBurnDownOrder } from './model/account-state.ts';
import { type Returned, returnedOf } from './model/returned.ts';
import type { Balance, Grant, Hold, HoldStatus, LedgerEntry } from './model/types.ts';
import type { UsageRequest } from './model/usage.ts';
import { limitsAt, type UsageLimit } from './model/usage-limit.ts';
import { notCaughtUp } from './not-caught-up.ts';
import * as balances from './tables/balances.ts';
import * as entries from './tables/entries.ts';
import * as grants from './tables/grants.ts';
import { countHolds, findHoldPages, findHolds } from './tables/holds.ts';
import { findEntriesOfPayment, findGrantsOfPayment } from './tables/payments.ts';
import type { Account, Ask, Found, OfCustomer, Reader } from './tables/question.ts';
import { findUsage } from './tables/usage.ts';

/**
 * The reads of the ledger. Each finds in its own statement whether the account is overdue. If so,
 * the account catches up and is read again: each read is true at its moment. Reads of one kind that
 * are asked for in one turn of the event loop share a statement. All throw UnreadableError if the
 * database cannot be reached. Too many long reads of one customer wait in a queue, or throw
 * RateLimitedError.
 */
export interface LedgerReads {
  /** A balance, all zero where nothing was granted or used. */
  readonly balance: Load<balances.BalanceKey, Balance>;
  /** The same, for a check; null for an unknown customer. */
  readonly purse: Load<balances.BalanceKey, Purse | null>;
  /** The balances of all features that the customer was ever granted or has used. */
  readonly balancesOf: Load<string, readonly Balance[]>;
  /** The number of the customer's last entry; 0 for an unknown customer. */
  readonly sequence: Load<string, bigint>;
  /** The limits of the customer as they are now; none for an unknown customer. */
  readonly usageLimits: Load<string, readonly UsageLimit[]>;
  /** The open grants in burn-down order. */
  readonly openGrants: Load<balances.BalanceKey, readonly Grant[]>;
  /** The newest 100 that are used up, newest first. */
  readonly usedUpGrants: Load<balances.BalanceKey, readonly Grant[]>;
  readonly grant: Load<grants.GrantKey, Grant | null>;
  /** A grant or hold by its id alone, of any customer. */
  readonly grantById: Load<string, Grant | null>;
  readonly holdById: Load<string, Hold | null>;
  /**
   * The holds with this id: callers may have used one id for several customers. Overdue accounts do
   * not catch up first.
   */
  holdsNamed(id: string): Promise<readonly Hold[]>;
  /** A customer's holds, newest first. */
  readonly holdPage: Load<CustomerPage<HoldStatus>, readonly Hold[]>;
  /** How many holds a customer has; null where they are too many to count. */
  readonly holdCount: Load<CustomerFilter<HoldStatus>, number | null>;
  readonly entry: Load<entries.EntryKey, LedgerEntry | null>;
  readonly grantsOfPurchase: Load<grants.PurchaseKey, readonly Grant[]>;
  /** What a payment granted, by feature. The account does not catch up first. */
  grantedByPayment(paymentId: string): Promise<readonly GrantedByPayment[]>;
  readonly entryPage: Load<EntryPageRequest, readonly LedgerEntry[]>;
  /** The same, for somebody who looks through a ledger: its older pages are a report. */
  readonly shownPage: Load<EntryPageRequest, readonly LedgerEntry[]>;
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
  movedHeads(known: readonly balances.Head[]): Promise<readonly balances.Head[]>;
}

/** What one payment granted of one feature, and what was taken back of it. */
export interface GrantedByPayment extends Returned {
  readonly featureId: string;
  /** It granted the feature without a limit, whether that was taken back or not. */
  readonly unlimited: boolean;
  /** The grant without a limit was taken back. */
  readonly unlimitedTaken: boolean;
}

/**
 * A balance, what limits its use, and whether a returned payment freezes its account: then nothing
 * can be used.
 */
export interface Purse {
  readonly balance: Balance;
  readonly isFrozen: boolean;
  /** Of all features of the customer. */
  readonly limits: readonly UsageLimit[];
}

/** A customer's ledger at one moment. */
export interface Snapshot {
  /** The number of the last entry. */
  readonly sequence: bigint;
  readonly balances: readonly Balance[];
}

export interface ReadsDeps {
  readonly database: Pick<Database, 'statements' | 'reports'>;
  readonly clock: Clock;
  /** Lets an account catch up. */
  readonly catchUp: (customerId: string) => Promise<unknown>;
}

const MAX_TURNS = 3;

/** Lists of balances and entries can be long, so fewer share a statement than of other reads. */
const LISTS_AT_ONCE = 200;
const READERS_AT_ONCE = 50;

/**
 * Limits of the reads that scan much of one customer and share no statement. The pool has ten
 * connections: half of them stay free for everybody else.
 */
const LONG_READS = { atOnce: 5, atOnceOfOwner: 2, waitingOfOwner: 1_000, waitMaxMs: 10_000 };

export function openReads({ database: { statements, reports }, clock, catchUp }: ReadsDeps): LedgerReads {
  const longReads = openFairQueue(LONG_READS);
  const catchingUp = new Map<string, Promise<unknown>>();
  /** Lets this account catch up, once for all readers that wait for it. */
  async function caughtUp(customerId: string): Promise<void> {
    const underWay = catchingUp.get(customerId) ?? catchUp(customerId).finally(() => catchingUp.delete(customerId));
    catchingUp.set(customerId, underWay);
    await underWay.catch(notCaughtUp);
  }
  const isOverdue = ({ account }: Found<unknown>) =>
    account !== null && account.nextDueAt !== null && account.nextDueAt <= clock.now();

  /** Asks, and asks again after the account caught up, if it was overdue. */
  function current<Key extends OfCustomer, Value>(
    ask: Ask<Key, Value>,
    { atOnce, reader = statements }: { readonly atOnce?: number; readonly reader?: Reader } = {},
  ): Load<Key, Found<Value>> {
    const load = gather((keys: readonly Key[]) => ask(reader, keys), atOnce);
    return async (key) => {
      let found = await load(key);
      // A catch-up that was under way may have begun before the account became overdue again.
      for (let turn = 0; turn < MAX_TURNS && isOverdue(found); turn += 1) {
        await caughtUp(key.customerId);
        found = await load(key);
      }
      return found;
    };
  }
  const all =
    <Key extends OfCustomer, Value>(load: Load<Key, Found<Value>>): Load<Key, readonly Value[]> =>
    async (key) =>
      (await load(key)).values;
  const holdCounts = current(countHolds);

  const account = current(balances.findAccounts);
  const balance = current(balances.findBalances);
  const balancesOf = current(balances.findBalancesOf, { atOnce: LISTS_AT_ONCE });
  const openGrants = current(grants.findOpenGrants);
  const grant = current(grants.findGrants);
  const entryPage = openEntryPages(current);
  const olderPage = openEntryPages((ask) => current(ask, { reader: reports.of('ledger') }));
  const entriesAfter = gather(
    (places: readonly entries.Following[]) => entries.findEntriesAfter(statements, places),
    READERS_AT_ONCE,
  );
  const holdAsItStands = gatherById((ids) => findHolds(statements, ids));
  const limitsNow = ({ customerId }: OfCustomer, { limits }: Account) => limitsAt(customerId, limits, clock.now());
  async function purse(key: balances.BalanceKey): Promise<Purse | null> {
    const { account: of, values } = await balance(key);
    return (
      of && {
        balance: values[0] ?? emptyBalance(key.customerId, key.featureId),
        isFrozen: of.isFrozen,
        limits: limitsNow(key, of),
      }
    );
  }

  return {
    purse,
    balance: async (key) => (await balance(key)).values[0] ?? emptyBalance(key.customerId, key.featureId),
    balancesOf: async (customerId) => (await balancesOf({ customerId })).values,
    sequence: async (customerId) => (await account({ customerId })).account?.sequence ?? 0n,
    openGrants: async (key) => inBurnDownOrder((await openGrants(key)).values),
    async usageLimits(customerId) {
      const { account: of } = await account({ customerId });
      return of ? limitsNow({ customerId }, of) : [];
    },
    usedUpGrants: all(current(grants.findUsedUpGrants)),
    grant: async (key) => (await grant(key)).values[0] ?? null,
    grantById: gatherById((ids) => grants.findGrantsByIdAlone(statements, ids)),
    async holdById(id) {
      const found = await holdAsItStands(id);
      if (found?.status !== 'OPEN' || found.expiresAt > clock.now()) return found;
      await account(found);
      return holdAsItStands(id);
    },
    holdsNamed: async (id) => (isStorableText(id) ? findHolds(statements, [id]) : []),
    holdPage: all(current(findHoldPages)),
    holdCount: async (filter) => totalOf((await holdCounts(filter)).values[0] ?? 0),
    entry: gather(async (keys: readonly entries.EntryKey[]) => {
      const nameOf = (each: entries.EntryKey) => `${each.customerId}\n${each.sequence}`;
      const found = new Map((await entries.findEntries(statements, keys)).map((each) => [nameOf(each), each]));
      return keys.map((key) => found.get(nameOf(key)) ?? null);
    }),
    grantsOfPurchase: all(current(grants.findGrantsOfPurchases)),
    async grantedByPayment(paymentId) {
      const [paid, made] = await Promise.all([
        findEntriesOfPayment(statements, paymentId),
        findGrantsOfPayment(statements, paymentId),
      ]);
      return [...new Set(paid.map((each) => each.featureId))].sort().map((featureId) => {
        const ofFeature = made.filter((each) => each.featureId === featureId);
        const unlimitedTaken = ofFeature.some((each) => each.unlimitedTaken);
        const unlimited = unlimitedTaken || ofFeature.some((each) => each.unlimited);
        return { featureId, ...returnedOf(paid.filter((each) => each.featureId === featureId)), unlimited, unlimitedTaken };
      });
    },
    entryPage,
    shownPage: (page) => (page.before === null ? entryPage : olderPage)(page),
    async snapshot(customerId) {
      const found = await balancesOf({ customerId });
      return found.account ? { sequence: found.account.sequence, balances: found.values } : undefined;
    },
    entriesAfter: async (customerId, after, limit) => (await entriesAfter({ customerId, after, limit })).values,
    movedHeads: (known) => balances.findMovedHeads(statements, known),
    async usage(request) {
      await account(request);
      return longReads.run(request.customerId, () => findUsage(reports.of('usage'), request));
    },
    async useCount(request) {
      await account(request);
      return longReads.run(request.customerId, () => entries.countUses(reports.of('usage'), request));
    },
  };
}
