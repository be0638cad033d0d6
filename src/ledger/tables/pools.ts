/** Reads balances with their open grants, and accounts with them. */
import { decimal } from '../../values/decimal.ts';
import { type AccountState, emptyBalance, inBurnDownOrder, type Pool } from '../model/account-state.ts';
import type { Balance, Grant } from '../model/types.ts';
import { GRANT_COLUMNS, type GrantRow, toGrant } from './grant-rows.ts';
import { type LimitRow, toLimits } from './limit-rows.ts';
import type { Reader } from './reader.ts';

type PoolRow = GrantRow & {
  readonly wantedCustomerId: string;
  readonly wantedFeatureId: string;
  readonly version: bigint | null;
  readonly balanceGranted: string;
  readonly balanceRemaining: string;
  readonly balanceHeld: string;
  readonly balanceUsage: string;
  readonly balanceUnlimited: boolean;
  readonly balanceNextResetAt: Date | null;
  readonly balanceNextExpiryAt: Date | null;
};

/** Keyed by customer, and then by feature. */
export type Pools = ReadonlyMap<string, ReadonlyMap<string, Pool>>;

/** The balances of these features and the open grants under them. */
export async function readPools(
  reader: Reader,
  wanted: readonly { readonly customerId: string; readonly featureId: string }[],
): Promise<Pools> {
  const rows = await reader.$queryRawUnsafe<PoolRow[]>(
    `SELECT ${POOL_COLUMNS} FROM ${WANTED} ${POOLS_OF_WANTED}`,
    wanted.map((each) => each.customerId),
    wanted.map((each) => each.featureId),
  );
  return poolsIn(rows);
}

const WANTED = 'unnest($1::text[], $2::text[]) AS wanted (customer_id, feature_id)';
const POOLS_OF_WANTED = `
    LEFT JOIN balance b ON b.customer_id = wanted.customer_id AND b.feature_id = wanted.feature_id
    LEFT JOIN "grant" g ON g.customer_id = wanted.customer_id AND g.feature_id = wanted.feature_id AND g.open`;
const POOL_COLUMNS = `wanted.customer_id AS "wantedCustomerId", wanted.feature_id AS "wantedFeatureId", b.version,
    b.granted::text AS "balanceGranted", b.remaining::text AS "balanceRemaining", b.held::text AS "balanceHeld",
    b.usage::text AS "balanceUsage", b.unlimited AS "balanceUnlimited",
    b.next_reset_at AS "balanceNextResetAt", b.next_expiry_at AS "balanceNextExpiryAt", ${GRANT_COLUMNS}`;

function poolsIn(rows: readonly PoolRow[]): Pools {
  const grants = new Map<Map<string, Pool>, Map<string, Grant[]>>();
  const pools = new Map<string, Map<string, Pool>>();
  for (const row of rows) {
    const ofCustomer = pools.get(row.wantedCustomerId) ?? new Map<string, Pool>();
    pools.set(row.wantedCustomerId, ofCustomer);
    const ofFeature = grants.get(ofCustomer) ?? new Map<string, Grant[]>();
    grants.set(ofCustomer, ofFeature);
    const list = ofFeature.get(row.wantedFeatureId) ?? [];
    ofFeature.set(row.wantedFeatureId, list);
    if (row.id !== null) list.push(toGrant(row));
    ofCustomer.set(row.wantedFeatureId, { balance: balanceOf(row), grants: list });
  }
  for (const ofCustomer of pools.values()) {
    for (const [featureId, pool] of ofCustomer) ofCustomer.set(featureId, { ...pool, grants: inBurnDownOrder(pool.grants) });
  }
  return pools;
}

function balanceOf(row: PoolRow): Balance {
  if (row.version === null) return emptyBalance(row.wantedCustomerId, row.wantedFeatureId);
  return {
    customerId: row.wantedCustomerId,
    featureId: row.wantedFeatureId,
    granted: decimal(row.balanceGranted),
    remaining: decimal(row.balanceRemaining),
    held: decimal(row.balanceHeld),
    usage: decimal(row.balanceUsage),
    unlimited: row.balanceUnlimited,
    nextResetAt: row.balanceNextResetAt,
    nextExpiryAt: row.balanceNextExpiryAt,
    version: row.version,
  };
}

/** An account's row, and those of its balances that are read with it. */
export type AccountWithPools = Omit<AccountState, 'holds' | 'families' | 'payments'>;

type AccountRow = PoolRow & {
  readonly accountSequence: bigint;
  readonly accountNextDueAt: Date | null;
  readonly accountRecordedAt: Date | null;
  readonly accountFrozen: readonly string[] | null;
  readonly accountLimits: readonly LimitRow[] | null;
  readonly accountLimitsVersion: bigint;
};

/**
 * The accounts that exist, with these balances, at one moment: by one statement. A feature that is
 * null reads the account alone.
 */
export async function readAccounts(
  reader: Reader,
  wanted: readonly { readonly customerId: string; readonly featureId: string | null }[],
): Promise<readonly AccountWithPools[]> {
  const rows = await reader.$queryRawUnsafe<AccountRow[]>(
    `SELECT a.sequence AS "accountSequence", a.next_due_at AS "accountNextDueAt", a.recorded_at AS "accountRecordedAt",
       a.frozen AS "accountFrozen", a.limits AS "accountLimits", a.limits_version AS "accountLimitsVersion", ${POOL_COLUMNS}
     FROM ${WANTED} JOIN account a ON a.customer_id = wanted.customer_id ${POOLS_OF_WANTED}`,
    wanted.map((each) => each.customerId),
    wanted.map((each) => each.featureId),
  );
  const pools = poolsIn(rows.filter((row) => row.wantedFeatureId !== null));
  const accounts = new Map<string, AccountWithPools>();
  for (const row of rows) {
    accounts.set(row.wantedCustomerId, {
      customerId: row.wantedCustomerId,
      sequence: row.accountSequence,
      nextDueAt: row.accountNextDueAt,
      recordedAt: row.accountRecordedAt,
      frozen: row.accountFrozen ?? [],
      limits: toLimits(row.accountLimits),
      limitsVersion: row.accountLimitsVersion,
      pools: pools.get(row.wantedCustomerId) ?? new Map(),
    });
  }
  return [...accounts.values()];
}
