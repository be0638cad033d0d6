import DataLoader from 'dataloader';
import { isStorableText } from '../values/input.ts';
import { reading } from './database.ts';

/** Asks for one thing; all that is asked for in one turn of the event loop, by whatever request, is one statement. */
export type Load<Key, Value> = (key: Key) => Promise<Value>;

/**
 * Gathers concurrent questions into one. Never memoises: a memo that outlives its turn would show 9, 9, 9 while the
 * truth is 9, 8, 7.
 * @param load answers the keys in their order; the same key may stand in them twice.
 * @throws (from the returned function) UnreadableError where the database is away.
 */
export function gather<Key, Value>(load: (keys: readonly Key[]) => Promise<readonly Value[]>): Load<Key, Value> {
  const loader = new DataLoader<Key, Value>((keys) => reading(() => load(keys)), { cache: false, maxBatchSize: 1_000 });
  return (key) => loader.load(key);
}

/**
 * The same for things that are known by an id. What Postgres cannot store it does not have: such an id is answered without asking,
 * for it would fail the questions of everybody who asks in the same turn.
 */
export function gatherById<Value>(
  load: (ids: readonly string[]) => Promise<readonly (Value | null)[]>,
): Load<string, Value | null> {
  const ask = gather(load);
  return async (id) => (isStorableText(id) ? ask(id) : null);
}

/** Sorts rows to the keys that they answer: for each key, the rows that have its name, in the order in which they came. */
export function rowsByKey<Key, Row>(
  keys: readonly Key[],
  nameOfKey: (key: Key) => string,
  rows: readonly Row[],
  nameOfRow: (row: Row) => string,
): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = nameOfRow(row);
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return keys.map((key) => groups.get(nameOfKey(key)) ?? []);
}
