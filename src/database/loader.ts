/** Batches the reads of all concurrent requests into few statements. */
import DataLoader from 'dataloader';
import { type Place, spans } from '../platform/spans.ts';
import { isStorableText } from '../values/input.ts';
import { reading } from './statement-errors.ts';

/**
 * Loads one value. All loads of one turn of the event loop, of all requests, are one statement: it
 * is sent once every connection that had something to say has been heard.
 */
export type Load<Key, Value> = (key: Key) => Promise<Value>;

/**
 * Batches concurrent loads into one. Never memoises: a memo that outlives its turn would show 9, 9,
 * 9 while the truth is 9, 8, 7.
 * @param load Returns the values of the keys in their order; a key may occur twice.
 * @param atOnce How many loads share a statement at most.
 * @throws (from the returned function) UnreadableError where the database is away.
 */
export function gather<Key, Value>(load: (keys: readonly Key[]) => Promise<readonly Value[]>, atOnce = 1_000): Load<Key, Value> {
  /** Who waits, in the order of the keys, while spans are recorded. */
  const callers: (Place | undefined)[] = [];
  const loadAll = (keys: readonly Key[]) => {
    const work = () => reading(() => load(keys));
    const waiting = callers.splice(0, keys.length);
    return spans()?.forAll(waiting, work) ?? work();
  };
  const loader = new DataLoader<Key, Value>(loadAll, { cache: false, maxBatchSize: atOnce, batchScheduleFn: setImmediate });
  return (key) => {
    const recorder = spans();
    if (recorder) callers.push(recorder.present());
    return loader.load(key);
  };
}

/**
 * The same for values with an id: null where there is none. An id that Postgres cannot store is
 * answered without a read, because it would fail the loads of everybody in the same turn.
 * @param load Returns the values with these ids, in any order.
 */
export function gatherById<Value extends { readonly id: string }>(
  load: (ids: readonly string[]) => Promise<readonly Value[]>,
): Load<string, Value | null> {
  const ask = gather<string, Value | null>(async (ids) => {
    const found = new Map((await load([...new Set(ids)])).map((value) => [value.id, value]));
    return ids.map((id) => found.get(id) ?? null);
  });
  return async (id) => (isStorableText(id) ? ask(id) : null);
}

/** Groups rows by key: for each key its rows, in their original order. */
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
