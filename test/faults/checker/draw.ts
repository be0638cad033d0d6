/** What is drawn by lot, the same for the same seed. */
export interface Draw {
  /** From 0 to below `count`. */
  below(count: number): number;
  chance(of: number): boolean;
  one<Item>(items: readonly Item[]): Item;
  /** Takes one out of a list; undefined where it is empty. */
  take<Item>(items: Item[]): Item | undefined;
}

/** By mulberry32. */
export function openDraw(seed: number): Draw {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    chance: (of) => next() < of,
    one<Item>(items: readonly Item[]) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('there is nothing to draw from');
      return item;
    },
    take: (items) => items.splice(below(items.length), 1)[0],
  };
}
