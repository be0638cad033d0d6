/**
 * A tenure is one time that a customer had a plan. Reads what it held from its grants and from the
 * entries that ended them.
 */
import type { Catalog } from '../../catalog/catalog.ts';
import type { PlanItem } from '../../catalog/types.ts';
import type { Database } from '../../database/database.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Grant, LedgerEntry } from '../../ledger/model/types.ts';
import { type Decimal, larger } from '../../values/decimal.ts';
import type { Tenure } from '../tables/tenures.ts';
import { grantsByItem, keysOf } from './items-of-grants.ts';

export interface CarryOverDeps {
  readonly database: Database;
  readonly catalog: Pick<Catalog, 'planVersion'>;
  readonly ledger: Pick<Ledger, 'reads'>;
}

/** What a customer had of an item in one tenure, and what was left of it at the end. */
export interface TenureItem {
  /** The instant from which its periods were counted. */
  readonly anchor: Date;
  /** The last instant at which the customer had it. */
  readonly until: Date;
  readonly used: Decimal;
  readonly rolledOver: readonly RolledOver[];
}

/** What was rolled over from an earlier period and not used. */
export interface RolledOver {
  /** The number of the boundary at which it was rolled over. */
  readonly number: string;
  readonly left: Decimal;
  readonly expiresAt: Date | null;
}

/** What one tenure held. */
export interface TenureContents {
  /** The number of the entry that made the last of its grants. */
  readonly sequence: bigint;
  readonly items: ReadonlyMap<string, TenureItem>;
}

export async function readTenure(
  deps: CarryOverDeps,
  customerId: string,
  planId: string,
  tenure: Tenure,
): Promise<TenureContents> {
  const { purchaseId, version, endedAt } = tenure;
  const [plan, grants] = await Promise.all([
    deps.catalog.planVersion({ id: planId, version }),
    deps.ledger.reads.grantsOfPurchase({ customerId, purchaseId }),
  ]);
  const sequence = grants.map((grant) => grant.sequence).reduce(larger, 0n);
  if (!plan || !endedAt) return { sequence, items: new Map() };
  const included = grants.filter(({ origin }) => origin === 'INCLUDED').sort((a, b) => Number(a.sequence - b.sequence));
  const made = grantsByItem(plan.items, included);
  const items = keysOf(plan.items).flatMap(([key, index]) => {
    const [item, grant] = [plan.items[index], made.get(key)];
    return item && grant ? [{ key, item, grant }] : [];
  });
  const read = await Promise.all(
    items.map(async ({ key, item, grant }) => [key, await tenureItemOf(deps, item, grant, grants, endedAt)] as const),
  );
  return { sequence, items: new Map(read) };
}

/** What the customer had of an item: its grant, and what was rolled over from that. */
async function tenureItemOf(
  deps: CarryOverDeps,
  { included, unlimited }: PlanItem,
  grant: Grant,
  all: readonly Grant[],
  endedAt: Date,
): Promise<TenureItem> {
  const before = `${grant.id}.`;
  const carriedOut = all.filter(({ origin, id }) => origin === 'ROLLED_OVER' && id.startsWith(before));
  const { left, unlimitedUse } = await remainderOf(deps, grant, endedAt);
  return {
    anchor: grant.createdAt,
    until: lastInstantOf(grant, endedAt),
    used: unlimited ? unlimitedUse : larger(included - left, 0n),
    rolledOver: await Promise.all(
      carriedOut.map(async (each) => {
        const { left: unused } = await remainderOf(deps, each, endedAt);
        return { number: each.id.slice(before.length), left: unused, expiresAt: each.expiresAt };
      }),
    ),
  };
}

/**
 * A grant that expires at a boundary ends with the period before it. One that is voided there has
 * begun the next.
 */
function lastInstantOf({ expiresAt, endedAt }: Grant, purchaseEndedAt: Date): Date {
  const end = endedAt ?? purchaseEndedAt;
  return expiresAt && expiresAt <= end ? new Date(expiresAt.getTime() - 1) : end;
}

const NOTHING_LEFT = { left: 0n, unlimitedUse: 0n };

/**
 * What the end of the purchase took from a grant, and what holds gave back to it later. A grant
 * that had ended before, by hand or by time, had nothing left.
 */
async function remainderOf(
  { ledger }: CarryOverDeps,
  grant: Grant,
  purchaseEndedAt: Date,
): Promise<{ readonly left: Decimal; readonly unlimitedUse: Decimal }> {
  const { customerId, id, endedAt, endedSequence } = grant;
  if (endedAt === null || endedSequence === null || endedAt < purchaseEndedAt) return NOTHING_LEFT;
  const end = await ledger.reads.entry({ customerId, sequence: endedSequence });
  const taken = end?.allocations.find(({ grantId }) => grantId === id);
  if (!end || !taken) return NOTHING_LEFT;
  const wasHeld = grant.granted + taken.granted > grant.held;
  const later = wasHeld ? await letGoOf(ledger, grant, end) : 0n;
  return { left: -taken.amount + later, unlimitedUse: -taken.unlimitedUse };
}

const PAGE = 100;

/**
 * What holds gave back to a grant that had ended. Each was ended again by an entry of the same
 * kind.
 */
async function letGoOf(
  { reads }: CarryOverDeps['ledger'],
  { customerId, featureId, id }: Grant,
  end: LedgerEntry,
): Promise<Decimal> {
  let sum = 0n;
  for (let before: bigint | null = null; ; ) {
    const page: readonly LedgerEntry[] = await reads.entryPage({ customerId, featureId, kinds: [end.kind], before, limit: PAGE });
    const later = page.filter(({ sequence }) => sequence > end.sequence);
    for (const { allocations } of later) {
      for (const { grantId, amount } of allocations) if (grantId === id) sum -= amount;
    }
    before = later.at(-1)?.sequence ?? null;
    if (later.length < PAGE || before === null) return sum;
  }
}
