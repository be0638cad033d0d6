/**
 * Accounts as the last batch of this process left them, so that the next one need not read them.
 * What is remembered may be out of date: a batch is written only where it is not. An account that
 * is forgotten costs a read.
 */
import { type AccountState, isOpen, type Pool } from './model/account-state.ts';
import { onlySet } from './model/usage-limit.ts';
import type { AccountWithPools } from './tables/pools.ts';

export interface Memory {
  /** undefined where the account is not known. */
  recall(customerId: string): AccountWithPools | undefined;
  /** Keeps what a read of the account would find: its row, and its balances with open grants. */
  keep(state: AccountState | AccountWithPools): void;
  forget(customerId: string): void;
}

/** @param maxBytes about so much is kept: what was not used for the longest time goes first. */
export function openMemory(maxBytes: number): Memory {
  const kept = new Map<string, { readonly account: AccountWithPools; readonly bytes: number }>();
  let bytes = 0;

  function forget(customerId: string): void {
    bytes -= kept.get(customerId)?.bytes ?? 0;
    kept.delete(customerId);
  }

  return {
    forget,
    recall(customerId) {
      const found = kept.get(customerId);
      if (!found) return undefined;
      // A Map keeps the order in which its keys were set.
      kept.delete(customerId);
      kept.set(customerId, found);
      return found.account;
    },
    keep({ customerId, sequence, nextDueAt, recordedAt, frozen, limits, limitsVersion, pools }) {
      forget(customerId);
      const row = { customerId, sequence, nextDueAt, recordedAt, frozen, limits: onlySet(limits), limitsVersion };
      const account = { ...row, pools: withoutClosed(pools) };
      const size = sizeOf(account);
      if (size > maxBytes) return;
      kept.set(customerId, { account, bytes: size });
      bytes += size;
      for (const oldest of kept.keys()) {
        if (bytes <= maxBytes) break;
        forget(oldest);
      }
    },
  };
}

/** The writer reads open grants only, so a grant that is used up leaves the pool. */
function withoutClosed(pools: AccountState['pools']): ReadonlyMap<string, Pool> {
  let open: Map<string, Pool> | undefined;
  for (const [featureId, pool] of pools) {
    if (pool.grants.every(isOpen)) continue;
    open ??= new Map(pools);
    open.set(featureId, { ...pool, grants: pool.grants.filter(isOpen) });
  }
  return open ?? pools;
}

/** What V8 needs, about: measured with 100,000 accounts. */
const ACCOUNT_BYTES = 400;
const POOL_BYTES = 600;
const GRANT_BYTES = 500;
const LIMIT_BYTES = 400;

function sizeOf({ customerId, limits, pools }: AccountWithPools): number {
  let size = ACCOUNT_BYTES + customerId.length + limits.length * LIMIT_BYTES;
  for (const [featureId, { grants }] of pools) {
    size += POOL_BYTES + featureId.length;
    for (const { id } of grants) size += GRANT_BYTES + id.length;
  }
  return size;
}
