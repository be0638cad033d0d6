/** Which grant of a tenure came from which item of its plan. Pure. */
import type { PlanItem } from '../../catalog/types.ts';
import { nominalDays } from '../../values/interval.ts';

type Named = Pick<PlanItem, 'featureId' | 'reset'>;
type Included = Named & Partial<Pick<PlanItem, 'included' | 'unlimited'>>;

/**
 * The name of an item, which its grant shares: feature, reset, and its number among those. A plan
 * may give a feature twice.
 */
export function keysOf(all: readonly Included[]): readonly [key: string, index: number][] {
  const counts = new Map<string, number>();
  return all.flatMap((each, index): [string, number][] => {
    if (isSoldOnly(each)) return [];
    const name = nameOf(each);
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return [[`${name}\n${count}`, index]];
  });
}

/**
 * The grant of each item, by the item's key. `grants` are what the plan included, oldest first. An
 * item that had expired when the customer got the plan again has none. Of equal names those that
 * expire soonest are missing first.
 */
export function grantsByItem<Grant extends Named>(
  items: readonly PlanItem[],
  grants: readonly Grant[],
): ReadonlyMap<string, Grant> {
  const keyed = keysOf(items).flatMap(([key, index]) => {
    const item = items[index];
    return item ? [{ key, item }] : [];
  });
  const names = new Set(keyed.map(({ item }) => nameOf(item)));
  return new Map(
    [...names].flatMap((name): [string, Grant][] => {
      const made = grants.filter((grant) => nameOf(grant) === name);
      const named = keyed.filter(({ item }) => nameOf(item) === name);
      const soonest = named.filter(({ item }) => item.expiresAfter !== null).toSorted((a, b) => daysOf(a.item) - daysOf(b.item));
      const expired = new Set(soonest.slice(0, Math.max(named.length - made.length, 0)));
      const given = named.filter((each) => !expired.has(each));
      return given.flatMap(({ key }, place): [string, Grant][] => {
        const grant = made[place];
        return grant ? [[key, grant]] : [];
      });
    }),
  );
}

function daysOf({ expiresAfter }: PlanItem): number {
  return expiresAfter ? nominalDays(expiresAfter) : Number.POSITIVE_INFINITY;
}

function nameOf({ featureId, reset }: Named): string {
  return `${featureId}\n${reset ? `${reset.count} ${reset.unit}` : ''}`;
}

/** An item that includes nothing makes no grant of its own. */
function isSoldOnly(each: Included): boolean {
  return each.included === 0n && !each.unlimited;
}
