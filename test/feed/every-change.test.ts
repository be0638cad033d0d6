import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim, take } from '../support/brim.ts';
import { withDatabase } from '../support/database-url.ts';
import {
  balanceOf,
  createCustomer,
  createCustomerToken,
  createRichCustomer,
  grant,
  openShop,
  track,
  useAtOnce,
} from '../support/shop.ts';
import { connect, correction, entriesOf, openSql, type Sql, until } from '../support/witness.ts';
import { overSocket, overSse, resultsOverSocket, resultsOverSse, TRANSPORTS } from './transports.ts';

const EVERY = `subscription ($after: String) { balancesChanged(after: $after) {
  cursor customer { id } balance { remaining version feature { id } } entry { sequence kind amount remainingAfter }
} }`;

let brim: TestBrim;
let sql: Sql;

beforeAll(async () => {
  brim = await openShop();
  sql = await openSql(brim.databaseUrl);
});
afterAll(async () => {
  await sql.close();
  await brim.close();
});

const cursorNow = async (): Promise<string> => (await brim.data('{ balancesCursor }')).balancesCursor;
const readers = () => brim.app.domain.everyChange.readers;
/** A message, shortly: "ada 2 → 9". */
const short = ({ balancesChanged: { customer, balance, entry } }: Awaited<ReturnType<typeof take>>[number]): string => {
  expect(balance).toMatchObject({ version: entry.sequence, remaining: entry.remainingAfter });
  return `${customer.id} ${entry.sequence} → ${balance.remaining}`;
};

describe.each(TRANSPORTS)('every change of all customers over %s', (transport, open) => {
  const [ada, bob] = [`ada-${transport}`, `bob-${transport}`];

  it('comes once, from a cursor and then live, with the balance as its entry left it', async () => {
    await createCustomer(brim, ada);
    const after = await cursorNow();
    await createCustomer(brim, bob);
    await track(brim, { customerId: ada, value: '4' });
    const messages = open(brim, EVERY, { variables: { after } });
    expect((await take(messages, 2)).map(short)).toEqual([`${bob} 1 → 10`, `${ada} 2 → 6`]);
    await track(brim, { customerId: bob, value: '3' });
    const [third] = await take(messages, 1);
    expect(short(third)).toBe(`${bob} 2 → 7`);
    await grant(brim, { customerId: ada, amount: '5' });
    expect((await take(messages, 1)).map(short)).toEqual([`${ada} 3 → 11`]);
    await messages.return();
    await until(() => expect(readers()).toBe(0));

    const again = open(brim, EVERY, { variables: { after: third.balancesChanged.cursor } });
    expect((await take(again, 1)).map(short)).toEqual([`${ada} 3 → 11`]);
    await again.return();
    await until(() => expect(readers()).toBe(0));
  });

  it('begins now where there is no cursor', async () => {
    const messages = open(brim, EVERY);
    const reading = take(messages, 1);
    await until(() => expect(readers()).toBe(1));
    await track(brim, { customerId: bob });
    expect((await reading).map(short)).toEqual([`${bob} 3 → 6`]);
    await messages.return();
  });
});

describe('a reader of every change', () => {
  it('who is far behind gets all of them, in order for each customer, whichever process wrote them', async () => {
    const other = await openBrim({ databaseUrl: brim.databaseUrl });
    const after = await cursorNow();
    const ids = ['far-1', 'far-2', 'far-3'];
    for (const id of ids) await createRichCustomer(brim, id);
    await Promise.all(ids.map((id, index) => useAtOnce(index === 0 ? other : brim, id, 500)));
    const messages = overSocket(brim, EVERY, { variables: { after } });
    const changes = (await take(messages, 3 * 502)).map(({ balancesChanged }) => balancesChanged);
    for (const id of ids) {
      const sequences = changes.filter(({ customer }) => customer.id === id).map(({ entry }) => entry.sequence);
      expect(sequences).toEqual(Array.from({ length: 502 }, (_, index) => index + 1));
    }
    await track(other, { customerId: 'far-1' });
    expect((await take(messages, 1)).map(short)).toEqual(['far-1 503 → 999509']);
    await messages.return();
    await other.close();
  });

  it('needs the secret key', async () => {
    await createCustomer(brim, 'curious');
    const credential = await createCustomerToken(brim, 'curious');
    for await (const { errors } of resultsOverSse(brim, EVERY, { credential }))
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect((await brim.query('{ balancesCursor }', {}, credential)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  const cursorOf = (position: string, at: string) => Buffer.from(JSON.stringify([position, at])).toString('base64url');
  it.each([
    ['that is none', 'yesterday', { code: 'INVALID_INPUT' }],
    ['from the future', cursorOf('999999999', '2026-01-01T00:00:00.000Z'), { code: 'CURSOR_LOST' }],
    ['of another database', cursorOf('3', '2026-01-01T00:00:00.000Z'), { code: 'CURSOR_LOST' }],
  ])('is refused with a cursor %s', async (_, after, extensions) => {
    for (const results of [resultsOverSse, resultsOverSocket])
      for await (const { errors } of results(brim, EVERY, { variables: { after } }))
        expect(errors).toMatchObject([{ extensions }]);
  });

  it('hears of a restore to an earlier state instead of following another history', async () => {
    await createCustomer(brim, 'restored');
    const messages = overSse(brim, EVERY, { variables: { after: await cursorNow() } });
    await track(brim, { customerId: 'restored' });
    await take(messages, 1);
    const reading = expect(take(messages, 1)).rejects.toThrow('no entry at the cursor');
    // As after a restore: this entry is another one, or none.
    await sql.rows(`BEGIN; ALTER TABLE ledger_entry DISABLE TRIGGER USER;
      UPDATE ledger_entry SET position = NULL WHERE customer_id = 'restored' AND sequence = 2;
      ALTER TABLE ledger_entry ENABLE TRIGGER USER; COMMIT`);
    await reading;
  });
});

describe('entries that commit out of the order in which they were written', () => {
  let holder: pg.Client;
  let customerId: string;

  beforeEach(async () => {
    holder = await connect(brim);
    customerId = `open-${randomBytes(4).toString('hex')}`;
    for (const id of [customerId, `${customerId}-2`]) await createCustomer(brim, id);
  });
  afterEach(() => holder.end());

  it.each([
    ['COMMIT', (id: string) => [`${id} 2 → 15`, `${id}-2 2 → 9`, `${id}-2 3 → 8`]],
    ['ROLLBACK', (id: string) => [`${id}-2 2 → 9`, `${id}-2 3 → 8`]],
  ])('are told in that order, after the first has ended with %s', async (end, told) => {
    const messages = overSocket(brim, EVERY, { variables: { after: await cursorNow() } });
    await holder.query(`BEGIN; ${correction(customerId, 5)}`);
    await track(brim, { customerId: `${customerId}-2` });
    let count = 0;
    const reading = take(messages, told(customerId).length).finally(() => {
      count += 1;
    });
    for (let more = 0; more < 5; more += 1) await track(brim, { customerId: `${customerId}-2` });
    expect(count).toBe(0);
    await holder.query(end);
    expect((await reading).map(short)).toEqual(told(customerId));
    await messages.return();
  });

  it('are waited for by a fence that is drawn after them, also where nothing has committed since', async () => {
    const { order } = brim.app.domain.ledger;
    await holder.query(`BEGIN; ${correction(customerId, 5)}`);
    const fence = await order.drawFence();
    expect(await order.isPast(fence)).toBe(false);
    await holder.query('COMMIT');
    await until(async () => expect(await order.isPast(fence)).toBe(true));
  });

  it('do not wait for other transactions where nothing is missing between them', async () => {
    const elsewhere = await openSql(withDatabase(brim.databaseUrl, 'postgres'));
    try {
      const messages = overSocket(brim, EVERY, { variables: { after: await cursorNow() } });
      await elsewhere.rows('BEGIN');
      await elsewhere.rows('SELECT pg_current_xact_id()');
      await track(brim, { customerId });
      expect((await take(messages, 1)).map(short)).toEqual([`${customerId} 2 → 9`]);
      await messages.return();
    } finally {
      await elsewhere.close();
    }
  });

  it('a new cursor waits for them, so balances that are read after it lack nothing from before it', async () => {
    await holder.query(`BEGIN; ${correction(customerId, 5)}`);
    await track(brim, { customerId: `${customerId}-2` });
    let isHere = false;
    const asking = cursorNow().finally(() => {
      isHere = true;
    });
    for (let look = 0; look < 5; look += 1) await entriesOf(sql, customerId);
    expect(isHere).toBe(false);
    await holder.query('COMMIT');
    const after = await asking;
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '15' });
    const messages = overSocket(brim, EVERY, { variables: { after } });
    await track(brim, { customerId });
    expect((await take(messages, 1)).map(short)).toEqual([`${customerId} 3 → 14`]);
    await messages.return();
  });
});
