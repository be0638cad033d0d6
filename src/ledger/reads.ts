import { type Database, reading } from '../database.ts';
import { gather, type Load, rowsByKey } from '../loader.ts';
import * as store from './reads/store.ts';
import { emptyBalance, inBurnDownOrder } from './state.ts';
import type { Balance, Grant, LedgerEntry } from './types.ts';

/**
 * What can be asked of the ledger. Every read is the truth at its moment; questions asked at once share a statement.
 * All throw UnavailableError where the database is away.
 */
export interface LedgerReads {
  /** A balance, all zero where nothing was granted or used. */
  readonly balance: Load<store.BalanceKey, Balance>;
  /** The balances of the features that the customer was ever granted or used. */
  readonly balancesOf: Load<string, readonly Balance[]>;
  /** The number of the customer's last entry; 0 for an unknown customer. */
  readonly sequence: Load<string, bigint>;
  /** The open grants in burn-down order. */
  readonly openGrants: Load<store.BalanceKey, readonly Grant[]>;
  /** The newest 100 that are used up, newest first. */
  readonly usedUpGrants: Load<store.BalanceKey, readonly Grant[]>;
  readonly grant: Load<{ customerId: string; id: string }, Grant | null>;
  readonly grantsOfPurchase: Load<{ customerId: string; purchaseId: string }, readonly Grant[]>;
  readonly entryPage: Load<store.EntryPage, readonly LedgerEntry[]>;
  /** Sequence and balances at one moment; undefined for an unknown customer. */
  snapshot(customerId: string): Promise<{ sequence: bigint; balances: readonly Balance[] } | undefined>;
  /** At most `limit` entries that follow the one numbered `after`, the oldest first. */
  entriesAfter(customerId: string, after: bigint, limit: number): Promise<readonly LedgerEntry[]>;
}

export function openReads({ client }: Pick<Database, 'client'>): LedgerReads {
  const pageLoaders = new Map<string, Load<store.EntryPage, readonly LedgerEntry[]>>();
  return {
    balance: gather(async (keys) => {
      const found = rowsByKey(keys, nameOfBalance, await store.findBalances(client, keys), nameOfBalance);
      return keys.map((key, index) => found[index]?.[0] ?? emptyBalance(key.customerId, key.featureId));
    }),
    balancesOf: gather(async (ids) =>
      rowsByKey(
        ids,
        (id) => id,
        await store.findBalancesOf(client, ids),
        (row) => row.customerId,
      ),
    ),
    sequence: gather(async (ids) => {
      const found = await store.findSequences(client, ids);
      return ids.map((id) => found.get(id) ?? 0n);
    }),
    openGrants: gather(async (keys) => {
      const found = rowsByKey(keys, nameOfBalance, await store.findGrants(client, keys, false), nameOfBalance);
      return found.map(inBurnDownOrder);
    }),
    usedUpGrants: gather(async (keys) =>
      rowsByKey(keys, nameOfBalance, await store.findGrants(client, keys, true), nameOfBalance),
    ),
    grant: gather(async (keys) => {
      const nameOf = (each: { customerId: string; id: string }) => `${each.customerId}\n${each.id}`;
      return rowsByKey(keys, nameOf, await store.findGrantsById(client, keys), nameOf).map((rows) => rows[0] ?? null);
    }),
    grantsOfPurchase: gather(async (keys) =>
      rowsByKey(
        keys,
        (key) => `${key.customerId}\n${key.purchaseId}`,
        await store.findGrantsOfPurchases(client, keys),
        (grant) => `${grant.customerId}\n${grant.purchaseId}`,
      ),
    ),
    entryPage(page) {
      // Pages that ask alike share a statement; there are four ways to ask.
      const shape = `${page.featureId === null}/${page.kind === null}`;
      const load = pageLoaders.get(shape) ?? gather((pages: readonly store.EntryPage[]) => store.findEntryPages(client, pages));
      pageLoaders.set(shape, load);
      return load(page);
    },
    snapshot: (customerId) => reading(() => store.findSnapshot(client, customerId)),
    entriesAfter: (customerId, after, limit) => reading(() => store.findEntriesAfter(client, customerId, after, limit)),
  };
}

/** No id contains a line feed. */
const nameOfBalance = (each: store.BalanceKey): string => `${each.customerId}\n${each.featureId}`;
