/**
 * Two Brims on one database, one of which has a clock that is a day ahead: time is the database's,
 * for both of them.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type BrimProcess, brimProcesses } from '../support/process.ts';
import { attach, createCustomer, createFeature, createPlan, track } from '../support/shop.ts';
import { openSql, type Sql, until } from '../support/witness.ts';

const DAY_MS = 86_400_000;
/** Moves every reading of the machine's own clock in that process. */
const A_DAY_AHEAD = `data:text/javascript,${encodeURIComponent(
  `const Real = Date; globalThis.Date = class extends Real {
    constructor(...given) { if (given.length > 0) super(...given); else super(Real.now() + ${DAY_MS}); }
    static now() { return Real.now() + ${DAY_MS}; }
  };`,
)}`;

describe('a process whose clock is a day ahead', () => {
  const processes = brimProcesses();
  let database: FreshDatabase;
  let here: TestBrim;
  let ahead: BrimProcess;
  let sql: Sql;

  beforeAll(async () => {
    database = await freshDatabase();
    sql = await openSql(database.url);
    here = await openBrim({ databaseUrl: database.url });
    await createFeature(here, 'words');
    const item = { featureId: 'words', included: '100', reset: { unit: 'HOUR' }, expiresAfter: { unit: 'YEAR' } };
    await createPlan(here, { id: 'hourly', items: [item] });
    ahead = await processes.start({ database: { url: database.url }, env: { NODE_OPTIONS: `--import=${A_DAY_AHEAD}` } });
  });
  afterAll(async () => {
    await processes.end();
    await here.close();
    await sql.close();
    await database.drop();
  });

  const use = (brim: Pick<TestBrim, 'data'>, customerId: string) => track(brim, { customerId, featureId: 'words', value: '1' });

  it('resets nothing before its time, and its entries stand at the same time as all others', async () => {
    await createCustomer(here, 'ada');
    await attach(here, { customerId: 'ada', planId: 'hourly' });
    for (const brim of [here, ahead, here, ahead]) await use(brim, 'ada');
    await ahead.data('{ customer(id: "ada") { balances { remaining } } }');
    const entries = await sql.rows<{ kind: string; recorded: Date; off: number }>(
      `SELECT kind::text, recorded_at AS recorded, abs(extract(epoch FROM now() - recorded_at))::float8 AS off
       FROM ledger_entry WHERE customer_id = 'ada' ORDER BY sequence`,
    );
    expect(entries.map(({ kind }) => kind)).toEqual(['GRANT', 'USAGE', 'USAGE', 'USAGE', 'USAGE']);
    expect(entries.map(({ recorded }) => recorded)).toEqual(entries.map(({ recorded }) => recorded).sort((a, b) => +a - +b));
    for (const { off } of entries) expect(off).toBeLessThan(60);
  });

  it('dates what it makes as the database would: customers, purchases, grants, holds, tokens', async () => {
    await createCustomer(ahead, 'bob');
    await attach(ahead, { customerId: 'bob', planId: 'hourly' });
    const { createCustomerToken, placeHold } = await ahead.data(`mutation {
      createCustomerToken(input: { customerId: "bob" }) { ... on CreateCustomerTokenSuccess { token expiresAt } }
      placeHold(input: { customerId: "bob", featureId: "words", amount: "1", expiresInSeconds: 3600 }) {
        ... on PlaceHoldSuccess { hold { expiresAt } } }
    }`);
    const [made] = await sql.rows(
      // The process reckons the database's time from when it last asked for it: to a round trip.
      `SELECT c.created_at BETWEEN now() - interval '1 minute' AND now() + interval '1 minute' AS customer,
              p.created_at BETWEEN now() - interval '1 minute' AND now() + interval '1 minute' AS purchase,
              g.expires_at = g.created_at + interval '1 year' AS grant, g.next_reset_at = g.created_at + interval '1 hour' AS reset
       FROM customer c JOIN purchase p ON p.customer_id = c.id JOIN "grant" g ON g.customer_id = c.id WHERE c.id = 'bob'`,
    );
    expect(made).toEqual({ customer: true, purchase: true, grant: true, reset: true });
    const untilMs = (instant: string) => new Date(instant).getTime() - Date.now();
    expect(untilMs(createCustomerToken.expiresAt)).toBeLessThan(16 * 60_000);
    expect(untilMs(placeHold.hold.expiresAt)).toBeLessThan(3_660_000);
    expect(await here.data('{ viewer { id } }', {}, createCustomerToken.token)).toEqual({ viewer: { id: 'bob' } });
  });

  it('leaves what is due at the database’s time to that time: the scheduler of either acts by it', async () => {
    await createCustomer(here, 'eve');
    await attach(here, { customerId: 'eve', planId: 'hourly' });
    // What both look for in turn: as if its hour had come.
    await sql.rows(`UPDATE "grant" SET created_at = created_at - interval '59 minutes 58 seconds',
      next_reset_at = next_reset_at - interval '59 minutes 58 seconds' WHERE customer_id = 'eve'`);
    await sql.rows(`UPDATE account SET next_due_at = next_due_at - interval '59 minutes 58 seconds' WHERE customer_id = 'eve'`);
    await use(ahead, 'eve');
    const late = await until(async () => {
      const [reset] = await sql.rows<{ late: number }>(
        `SELECT extract(epoch FROM recorded_at - occurred_at)::float8 AS late FROM ledger_entry
         WHERE customer_id = 'eve' AND kind = 'RESET'`,
      );
      expect(reset).toBeDefined();
      return reset?.late;
    }, 30_000);
    expect(late).toBeGreaterThanOrEqual(0);
  });
});

describe('a clock that is set back', () => {
  it('leaves the ledger in its order', async () => {
    let now = new Date('2026-01-31T12:00:00.000Z');
    const brim = await openBrim({ clock: { now: () => now } });
    await createFeature(brim, 'words');
    await createCustomer(brim, 'ada');
    await grant1(brim);
    now = new Date('2026-01-31T11:00:00.000Z');
    await grant1(brim);
    now = new Date('2026-01-31T13:00:00.000Z');
    await grant1(brim);
    const { customer } = await brim.data('{ customer(id: "ada") { ledger(first: 10) { nodes { recordedAt } } } }');
    expect(customer.ledger.nodes.map(({ recordedAt }: { recordedAt: string }) => recordedAt.slice(11, 13))).toEqual([
      '13',
      '12',
      '12',
    ]);
    await brim.close();
  });
});

const grant1 = (brim: Pick<TestBrim, 'data'>) =>
  brim.data(`mutation { grantBalance(input: { customerId: "ada", featureId: "words", amount: "1" }) { __typename } }`);
