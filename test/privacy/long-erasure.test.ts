/** A customer with very many entries is erased in batches, while others go on. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { createCustomer, createFeature, track } from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

const ENTRIES = isLong ? 1_000_000 : 3_000;
const MEGABYTE = 1_048_576;
const WORDS = 'words';

let brim: TestBrim;
let sql: Sql;
beforeAll(async () => {
  brim = await openBrim();
  sql = await openSql(brim.databaseUrl);
  await createFeature(brim, WORDS);
  for (const id of ['much', 'other']) await createCustomer(brim, id);
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
});

/** Entries as Brim writes them: uses of more than there is. */
const MANY = `
  INSERT INTO ledger_entry (customer_id, sequence, feature_id, kind, amount, requested, applied, allocations, granted_after,
    remaining_after, held_after, usage_after, unlimited_after, occurred_at, recorded_at, reason)
  SELECT 'much', s, '${WORDS}', 'ADJUSTMENT', 1, NULL, NULL, '[]', s, s, 0, 0, false, now(), now(), 'said by much'
  FROM generate_series(1, ${ENTRIES}) AS s;
  UPDATE account SET sequence = ${ENTRIES} WHERE customer_id = 'much'`;
const LEFT = `SELECT count(*)::int AS n FROM ledger_entry WHERE customer_id = 'much' OR reason LIKE '%much%'`;

it(`erases ${ENTRIES.toLocaleString('en-US')} entries, and others track meanwhile`, { timeout: patience(600_000) }, async () => {
  await sql.rows(MANY);
  const use = async () => {
    const began = performance.now();
    expect(await track(brim, { customerId: 'other', featureId: WORDS, value: '1', onShortfall: 'OVERDRAW' })).toMatchObject({
      applied: '1',
    });
    return performance.now() - began;
  };
  const quiet: number[] = [];
  for (let count = 0; count < 50; count += 1) quiet.push(await use());
  const before = process.memoryUsage().rss;
  const began = performance.now();
  const erasing = brim.data('mutation { eraseCustomer(input: { customerId: "much" }) { __typename } }');
  const busy: number[] = [];
  let most = before;
  const left = async () => (await sql.rows<{ n: number }>(LEFT))[0]?.n ?? 0;
  const isDone = async () => (await sql.rows('SELECT 1 FROM erasure WHERE customer_id IS NOT NULL')).length === 0;
  do {
    for (let count = 0; count < 20; count += 1) busy.push(await use());
    most = Math.max(most, process.memoryUsage().rss);
  } while (!(await isDone()));
  expect(await erasing).toEqual({ eraseCustomer: { __typename: 'EraseCustomerSuccess' } });
  const seconds = (performance.now() - began) / 1_000;
  expect(await left()).toBe(0);
  const figures = [quiet, busy].map((each) => `${at(each, 0.5)} / ${at(each, 0.99)} ms`);
  process.stdout.write(
    `erased ${ENTRIES} entries in ${seconds.toFixed(1)} s, ${Math.round((most - before) / MEGABYTE)} MB more; ` +
      `a track of another customer (median / 99 %): ${figures[0]} before, ${figures[1]} meanwhile\n`,
  );
  expect(most - before).toBeLessThan(300 * MEGABYTE);
});

const at = (each: readonly number[], share: number) =>
  Math.round(each.toSorted((one, other) => one - other)[Math.floor(each.length * share)] ?? 0);
