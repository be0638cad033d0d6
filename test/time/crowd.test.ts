/**
 * Much due work takes a bounded time: many accounts at one instant, and one account at many. The
 * tests count its transactions, because the time of each depends on the machine.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { createCustomer, createFeature, createPlan, track } from '../support/shop.ts';

const START = new Date('2026-01-31T12:00:00.000Z');
const ACCOUNTS = isLong ? 100_000 : 3_000;
/** An advance of this many accounts settles so many in a transaction. */
const ACCOUNTS_AT_ONCE = 200;

let brim: TestBrim;
afterEach(() => brim.close());

/**
 * A customer whose plan fills up at this pace, and `copies` more that began `apartMs` after one
 * another.
 */
async function openCrowd(reset: { readonly unit: string }, copies: number, apartMs: number): Promise<void> {
  brim = await openBrim({ clock: { now: () => START }, config: { testClocks: true } });
  await createFeature(brim, 'messages');
  await createPlan(brim, { id: 'free', autoEnable: true, items: [{ featureId: 'messages', included: '10', reset }] });
  await createCustomer(brim, 'ada');
  await track(brim, { customerId: 'ada', featureId: 'messages', value: '4' });
  for (const [table, instants] of Object.entries(COPIED)) {
    const id = table === 'customer' ? 'id' : 'customer_id';
    const moved = instants.map((column) => `, '${column}', t.${column} + n * interval '${apartMs} milliseconds'`).join('');
    await runOn(
      brim.databaseUrl,
      `INSERT INTO "${table}" SELECT (jsonb_populate_record(t, jsonb_build_object('${id}', 'copy-' || n${moved}))).*
       FROM "${table}" t, generate_series(1, ${copies}) n WHERE t.${id} = 'ada'`,
    );
  }
}

const COPIED = {
  customer: [],
  account: ['next_due_at'],
  balance: ['next_reset_at'],
  grant: ['created_at', 'next_reset_at'],
  ledger_entry: [],
};

async function advance(by: { readonly unit: string; readonly count?: number }): Promise<void> {
  const document = 'mutation ($by: IntervalInput!) { advanceClock(input: { by: $by }) { __typename } }';
  expect(await brim.data(document, { by })).toEqual({ advanceClock: { __typename: 'AdvanceClockSuccess' } });
}

/** In how many transactions the resets were written: a row bears the number of its own. */
async function transactions(): Promise<number> {
  const [row] = await runOn(
    brim.databaseUrl,
    "SELECT count(DISTINCT xmin::text)::int AS transactions FROM ledger_entry WHERE kind = 'RESET'",
  );
  return Number(row?.['transactions']);
}

/** How many accounts of the crowd have how many resets. */
async function resets(): Promise<readonly unknown[]> {
  return runOn(
    brim.databaseUrl,
    `SELECT count(*)::int AS accounts, resets FROM (
       SELECT count(*) FILTER (WHERE kind = 'RESET')::int AS resets FROM ledger_entry
       WHERE customer_id <> 'eve' GROUP BY customer_id
     ) AS each GROUP BY resets`,
  );
}

describe('much work that is due at once', () => {
  it(`fills up ${ACCOUNTS} accounts that are due at one instant, some hundred in a transaction`, {
    timeout: patience(600_000),
  }, async () => {
    await openCrowd({ unit: 'DAY' }, ACCOUNTS - 1, 0);
    let isDone = false;
    const advancing = advance({ unit: 'DAY' }).finally(() => {
      isDone = true;
    });
    // An account with nothing due does not wait for the others.
    await createCustomer(brim, 'eve');
    expect(isDone).toBe(false);
    await advancing;
    expect(await resets()).toEqual([{ accounts: ACCOUNTS, resets: 1 }]);
    expect(await transactions()).toBeLessThan((2 * ACCOUNTS) / ACCOUNTS_AT_ONCE);
  });

  it('passes a day of an account that is filled up every minute in a few transactions', async () => {
    await openCrowd({ unit: 'MINUTE' }, 0, 0);
    await advance({ unit: 'DAY' });
    expect(await resets()).toEqual([{ accounts: 1, resets: 1_440 }]);
    expect(await transactions()).toBeLessThan(20);
  });

  it('passes a year of twenty accounts that are filled up daily, each at a minute of its own, in tens of them', async () => {
    await openCrowd({ unit: 'DAY' }, 19, 60_000);
    await advance({ unit: 'DAY', count: 365 });
    expect(await resets()).toEqual([
      { accounts: 19, resets: 364 },
      { accounts: 1, resets: 365 },
    ]);
    expect(await transactions()).toBeLessThan(100);
  });

  it('records each at its own instant', async () => {
    await openCrowd({ unit: 'DAY' }, 0, 0);
    await advance({ unit: 'DAY', count: 30 });
    const rows = await runOn(
      brim.databaseUrl,
      `SELECT count(*)::int AS resets FROM ledger_entry e WHERE kind = 'RESET' AND recorded_at = occurred_at
       AND occurred_at = '${START.toISOString()}'::timestamptz + (sequence - 2) * interval '24 hours'`,
    );
    expect(rows).toEqual([{ resets: 30 }]);
  });
});
