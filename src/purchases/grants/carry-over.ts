/**
 * What a customer still has of a plan that it had before.
 *
 * A base plan that costs nothing itself is the same plan however often a customer leaves it and
 * takes it again: its periods go on from the first time, and what was used within one stays used.
 */
import { costsItself, type Plan, type PlanItem, planKind } from '../../catalog/types.ts';
import { reading } from '../../database/database.ts';
import { type Decimal, smaller } from '../../values/decimal.ts';
import { addInterval, boundariesUntil } from '../../values/interval.ts';
import { findTenures } from '../tables/tenures.ts';
import { keysOf } from './items-of-grants.ts';
import { type CarryOverDeps, type RolledOver, readTenure, type TenureContents, type TenureItem } from './tenure.ts';

/** What a customer still has of one item. */
export interface CarriedItem {
  /** The instant from which its periods are counted. */
  readonly anchor: Date;
  /** What was used before in the present period. */
  readonly used: Decimal;
  /** When that period ends, and the use with it; null: never. */
  readonly usedUntil: Date | null;
  /** When the item expires, counted from the anchor; null: never. */
  readonly expiresAt: Date | null;
  readonly rolledOver: readonly RolledOver[];
}

/** By the item's index in the plan. An item that the customer never had is missing. */
export interface CarryOver {
  readonly items: ReadonlyMap<number, CarriedItem>;
  /** How often the customer had the plan. Left out for a plan of which nothing is carried over. */
  readonly times?: number;
}

export const NO_CARRY_OVER: CarryOver = { items: new Map() };

/** What is carried over if the customer gets this plan at this instant. */
export async function carryOverOf(deps: CarryOverDeps, plan: Plan, customerId: string, at: Date): Promise<CarryOver> {
  if (planKind(plan) !== 'BASE' || costsItself(plan)) return NO_CARRY_OVER;
  const wanted = keysOf(plan.items);
  const newest = await readTenures(deps, plan, customerId, 'newest');
  const isComplete =
    newest.read.length === newest.times || wanted.every(([key]) => newest.read.some(({ items }) => items.has(key)));
  // Many tenures may have passed since one had an item, because what expired makes no grant again.
  const { read, times } = isComplete ? newest : await readTenures(deps, plan, customerId, 'all');
  // Several tenures may end at one instant. The ledger knows their order.
  const oldestFirst = read.toSorted((a, b) => Number(a.sequence - b.sequence));
  const items = wanted.flatMap(([key, index]): [number, CarriedItem][] => {
    const item = plan.items[index];
    // The newest tenure that had this item.
    const before = oldestFirst.findLast((tenure) => tenure.items.has(key))?.items.get(key);
    const carried = item && before && carryItem(item, before, at);
    return carried ? [[index, carried]] : [];
  });
  return { items: new Map(items), times };
}

async function readTenures(
  deps: CarryOverDeps,
  { id }: Plan,
  customerId: string,
  which: 'newest' | 'all',
): Promise<{ readonly times: number; readonly read: readonly TenureContents[] }> {
  const tenures = await reading(() => findTenures(deps.database.client, customerId, id, which));
  const read = await Promise.all(tenures.map((tenure) => readTenure(deps, customerId, id, tenure)));
  return { times: tenures[0]?.times ?? 0, read };
}

/** What is left of an item at an instant. Pure. */
export function carryItem({ included, unlimited, reset, expiresAfter }: PlanItem, before: TenureItem, at: Date): CarriedItem {
  const { anchor, until } = before;
  const usedUntil = reset && addInterval(anchor, reset, boundariesUntil(anchor, reset, until) + 1);
  const used = usedUntil && usedUntil <= at ? 0n : before.used;
  return {
    anchor,
    used: unlimited ? used : smaller(used, included),
    usedUntil,
    expiresAt: expiresAfter && addInterval(anchor, expiresAfter),
    rolledOver: before.rolledOver.filter(({ left, expiresAt }) => left > 0n && (expiresAt === null || expiresAt > at)),
  };
}
