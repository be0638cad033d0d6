/** What a batch changes, for the statement that writes it. */
import type { AccountState } from './model/account-state.ts';
import type { Grant, LedgerEntry } from './model/types.ts';
import type { UsageHour } from './tables/written-rows.ts';

/** So many are searched faster than they are put into a set. */
const FEW = 8;

/** The differences between two states of the same accounts. */
export function changesBetween(before: ReadonlyMap<string, AccountState>, after: ReadonlyMap<string, AccountState>) {
  const accounts = [...after.values()].filter((state) => state !== before.get(state.customerId));
  const pools = accounts.flatMap((state) =>
    [...state.pools].flatMap(([featureId, pool]) => {
      const old = before.get(state.customerId)?.pools.get(featureId);
      return pool === old ? [] : [{ pool, old }];
    }),
  );
  const grants: Grant[] = pools.flatMap(({ pool, old }) => {
    const known = old?.grants ?? [];
    if (known.length <= FEW) return pool.grants.filter((grant) => !known.includes(grant));
    const unchanged = new Set(known);
    return pool.grants.filter((grant) => !unchanged.has(grant));
  });
  const holds = accounts.flatMap((state) => {
    const old = before.get(state.customerId)?.holds;
    return [...state.holds.values()].filter((hold) => old?.get(hold.id) !== hold);
  });
  return { accounts, balances: pools.map(({ pool }) => pool.balance), grants, holds };
}

const HOUR_MS = 3_600_000;

/** The use that the entries record, and that of the past, summed by hour. */
export function usageOf(entries: readonly LedgerEntry[], pastUse: readonly UsageHour[]): readonly UsageHour[] {
  const hours = new Map<string, UsageHour>();
  const add = ({ customerId, featureId, hour, amount }: UsageHour) => {
    const hourMs = Math.floor(hour.getTime() / HOUR_MS) * HOUR_MS;
    const name = `${customerId}\n${featureId}\n${hourMs}`;
    const known = hours.get(name);
    hours.set(name, {
      customerId,
      featureId,
      hour: known?.hour ?? new Date(hourMs),
      amount: known ? known.amount + amount : amount,
    });
  };
  for (const { customerId, featureId, applied, occurredAt } of entries)
    if (applied !== null && applied !== 0n) add({ customerId, featureId, hour: occurredAt, amount: applied });
  for (const use of pastUse) add(use);
  return [...hours.values()];
}
