/** What stands in the ledger's tables, read past the ledger's own code, and what must be true of it whatever was posted. */
import { expect } from 'vitest';
import type { Database } from '../../src/database.ts';

/** "-0.25" is −250,000,000,000 trillionths. */
export function trillionths(text: string): bigint {
  const [whole = '', places = ''] = text.split('.');
  return BigInt(whole + places.padEnd(12, '0'));
}

const sum = (texts: readonly string[]) => texts.map(trillionths).reduce((total, value) => total + value, 0n);

interface Numbers {
  readonly granted: string;
  readonly remaining: string;
  readonly held: string;
  readonly usage: string;
  readonly unlimited: boolean;
  readonly reset: Date | null;
  readonly expiry: Date | null;
}
interface EntryRow extends Numbers {
  readonly sequence: bigint;
  readonly feature: string;
  readonly amount: string;
  readonly allocations: readonly { readonly grant: string; readonly amount: string; readonly used?: string }[];
  readonly key: string | null;
}
interface BalanceRow extends Numbers {
  readonly feature: string;
  readonly version: bigint;
}
interface GrantRow extends Omit<Numbers, 'usage'> {
  readonly id: string;
  readonly feature: string;
  readonly origin: string;
  readonly used: string;
  readonly open: boolean;
  readonly resets: boolean;
}
interface CommandRow {
  readonly key: string;
  readonly first: bigint;
  readonly last: bigint;
}
export interface Tables {
  readonly sequence: bigint;
  readonly entries: readonly EntryRow[];
  readonly balances: readonly BalanceRow[];
  readonly grants: readonly GrantRow[];
  readonly commands: readonly CommandRow[];
}

type Of<Row> = Row & { readonly customer: string };

/** What stands there for these customers, in their order. */
export async function readTables({ client }: Pick<Database, 'client'>, customers: readonly string[]): Promise<readonly Tables[]> {
  const [accounts, entries, balances, grants, commands] = await Promise.all([
    client.$queryRaw<Of<{ sequence: bigint }>[]>`
      SELECT customer_id AS customer, sequence FROM account WHERE customer_id = ANY(${customers}::text[])`,
    client.$queryRaw<Of<EntryRow>[]>`
      SELECT customer_id AS customer, sequence, feature_id AS feature, amount::text, allocations, idempotency_key AS key,
        granted_after::text AS granted, remaining_after::text AS remaining, held_after::text AS held, usage_after::text AS usage,
        unlimited_after AS unlimited, next_reset_at_after AS reset, next_expiry_at_after AS expiry
      FROM ledger_entry WHERE customer_id = ANY(${customers}::text[]) ORDER BY sequence`,
    client.$queryRaw<Of<BalanceRow>[]>`
      SELECT customer_id AS customer, feature_id AS feature, version, granted::text, remaining::text, held::text, usage::text, unlimited,
        next_reset_at AS reset, next_expiry_at AS expiry
      FROM balance WHERE customer_id = ANY(${customers}::text[])`,
    client.$queryRaw<Of<GrantRow>[]>`
      SELECT customer_id AS customer, id, feature_id AS feature, origin::text, granted::text, remaining::text, held::text, unlimited,
        unlimited_use::text AS used, open, reset_unit IS NOT NULL AS resets, next_reset_at AS reset, expires_at AS expiry
      FROM "grant" WHERE customer_id = ANY(${customers}::text[])`,
    client.$queryRaw<Of<CommandRow>[]>`
      SELECT customer_id AS customer, idempotency_key AS key, first_sequence AS first, last_sequence AS last
      FROM command WHERE customer_id = ANY(${customers}::text[])`,
  ]);
  return customers.map((customer) => {
    const own = <Row>(rows: readonly Of<Row>[]) => rows.filter((row) => row.customer === customer);
    return {
      sequence: own(accounts)[0]?.sequence ?? -1n,
      entries: own(entries),
      balances: own(balances),
      grants: own(grants),
      commands: own(commands),
    };
  });
}

/** The promises of the ledger, for one customer. */
export function expectPromisesKept({ sequence, entries, balances, grants, commands }: Tables): void {
  expect(
    entries.map((entry) => entry.sequence),
    'entries are numbered 1 … n',
  ).toEqual(entries.map((_, index) => BigInt(index + 1)));
  expect(sequence, 'the account knows its last entry').toBe(BigInt(entries.length));
  for (const feature of new Set([...entries, ...balances, ...grants].map((row) => row.feature))) {
    const own = <Row extends { readonly feature: string }>(rows: readonly Row[]) => rows.filter((row) => row.feature === feature);
    expectChain(own(entries));
    expectFold(own(balances), own(entries), own(grants));
  }
  for (const { key, first, last } of commands) {
    const answered = entries.filter((entry) => entry.sequence >= first && entry.sequence <= last);
    expect(
      answered.map((entry) => entry.key),
      `the entries of ${key}`,
    ).toEqual(Array(Number(last - first) + 1).fill(key));
  }
}

/** From each entry of a balance to the next. */
function expectChain(entries: readonly EntryRow[]): void {
  let remaining = 0n;
  let used = 0n;
  for (const entry of entries) {
    const at = `at entry ${entry.sequence}`;
    expect(sum(entry.allocations.map(({ amount }) => amount)), `the allocations add up to the amount ${at}`).toBe(
      trillionths(entry.amount),
    );
    remaining += trillionths(entry.amount);
    expect(trillionths(entry.remaining), `what remained before and the amount give what remains ${at}`).toBe(remaining);
    used += sum(entry.allocations.map((allocation) => allocation.used ?? '0'));
    const { granted, held, usage } = entry;
    expect(trillionths(usage), `usage = granted − remaining − held + unlimited use ${at}`).toBe(
      trillionths(granted) - remaining - trillionths(held) + used,
    );
  }
}

function expectFold(balances: readonly BalanceRow[], entries: readonly EntryRow[], grants: readonly GrantRow[]): void {
  const last = entries.at(-1);
  expect(balances, 'a balance is there when an entry is').toHaveLength(last ? 1 : 0);
  const [balance] = balances;
  if (!balance || !last) return;
  const { version, granted, remaining, held, usage, unlimited: isUnlimited, reset, expiry } = balance;
  expect(version, 'its version is its last entry').toBe(last.sequence);
  expect(last, 'its numbers are those of its last entry').toMatchObject({
    granted,
    remaining,
    held,
    usage,
    unlimited: isUnlimited,
    reset,
    expiry,
  });

  const total = (column: 'granted' | 'remaining' | 'held' | 'used') => sum(grants.map((grant) => grant[column]));
  expect(trillionths(granted), 'granted is that of all grants').toBe(total('granted'));
  expect(trillionths(balance.remaining), 'remaining is that of all grants').toBe(total('remaining'));
  expect(trillionths(held), 'held is that of all grants').toBe(total('held'));
  expect(trillionths(usage), 'usage is that of all grants').toBe(
    total('granted') - total('remaining') - total('held') + total('used'),
  );
  expect(isUnlimited, 'unlimited where a grant is').toBe(grants.some((grant) => grant.unlimited));

  const isOverdrawn = trillionths(balance.remaining) < 0n;
  for (const { id, origin, remaining, open, unlimited, resets } of grants) {
    const left = trillionths(remaining);
    if (origin === 'OVERDRAFT')
      expect(left, 'an overdraft is what is owed').toBe(isOverdrawn ? trillionths(balance.remaining) : 0n);
    else if (isOverdrawn) expect(left, `nothing is left of ${id} while something is owed`).toBe(0n);
    else expect(left, `${id} is not below zero`).toBeGreaterThanOrEqual(0n);
    expect(open, `${id} is open while it can move`).toBe(left !== 0n || unlimited || resets);
  }
}
