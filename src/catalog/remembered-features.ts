import type { Feature } from './types.ts';

/** How long a name is answered from memory before it is read again. */
const KEPT_MS = 30_000;

/**
 * As it is kept in memory. Whether it is archived is read each time, because another process may
 * take that back.
 */
export function asKept<Item extends { readonly archivedAt: Date | null }>(item: Item): Item {
  return { ...item, archivedAt: null };
}

/**
 * Features from memory, so that what refers to one can be answered while the database is away. An
 * answer never waits: one that is older than half a minute is read again for the next.
 */
export interface RememberedFeatures {
  get(id: string, read: (id: string) => Promise<unknown>): Feature | undefined;
  keep(features: readonly Feature[]): void;
}

export function rememberFeatures(): RememberedFeatures {
  const known = new Map<string, { readonly feature: Feature; askedAtMs: number }>();
  return {
    get(id, read) {
      const found = known.get(id);
      if (found && performance.now() - found.askedAtMs > KEPT_MS) {
        found.askedAtMs = performance.now();
        // What is in memory stays good where this fails.
        read(id).catch(() => undefined);
      }
      return found?.feature;
    },
    keep(features) {
      for (const feature of features) known.set(feature.id, { feature: asKept(feature), askedAtMs: performance.now() });
    },
  };
}
