/**
 * A database whose writes notify nobody, although every probe of the listen check arrives: what
 * another process commits is found by the tail, all of it and in order.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TRANSPORTS } from '../feed/transports.ts';
import { openBrim, type TestBrim, take } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { type FreshDatabase, freshDatabase, WITHOUT_NOTIFY } from '../support/postgres.ts';
import { answerPage, attach, createCustomer, fillShop, MESSAGES, track } from '../support/shop.ts';

let database: FreshDatabase;
let reading: TestBrim;
let writing: TestBrim;

beforeAll(async () => {
  database = await freshDatabase();
  await runOn(database.url, WITHOUT_NOTIFY);
  [reading, writing] = await Promise.all([openBrim({ databaseUrl: database.url }), openBrim({ databaseUrl: database.url })]);
  await fillShop(writing);
});
afterAll(async () => {
  await Promise.all([reading.close(), writing.close()]);
  await database.drop();
});

it.each(TRANSPORTS)('balances are pushed over %s', { timeout: patience(60_000) }, async (transport, open) => {
  const customerId = `balance-${transport}`;
  await createCustomer(writing, customerId);
  const query = `subscription { balanceChanged(customerId: "${customerId}") { sequence balance { remaining } } }`;
  const readers = [1, 2, 3].map(() => open(reading, query));
  for (const reader of readers) await take(reader, 1);
  for (let use = 0; use < 8; use += 1) await track(writing, { customerId });
  const heard = await Promise.all(readers.map((reader) => take(reader, 8)));
  const all = Array.from({ length: 8 }, (_, use) => ({
    balanceChanged: { sequence: use + 2, balance: { remaining: String(9 - use) } },
  }));
  expect(heard).toEqual(readers.map(() => all));
  // Nobody else has told it: the next one is found as well.
  await track(writing, { customerId });
  for (const reader of readers) {
    expect(await take(reader, 1)).toMatchObject([{ balanceChanged: { sequence: 10 } }]);
    await reader.return();
  }
});

it.each(TRANSPORTS)('purchases are pushed over %s', { timeout: patience(60_000) }, async (transport, open) => {
  const customerId = `purchase-${transport}`;
  await createCustomer(writing, customerId);
  const featureQuantities = [{ featureId: MESSAGES, quantity: '100' }];
  const { purchase } = await attach(writing, { customerId, planId: 'top_up', featureQuantities });
  const messages = open(reading, `subscription { purchaseChanged(purchaseId: "${purchase.id}") { status } }`);
  expect(await take(messages, 1)).toEqual([{ purchaseChanged: { status: 'PENDING' } }]);
  await answerPage(purchase.checkoutUrl);
  expect(await take(messages, 1)).toEqual([{ purchaseChanged: { status: 'ACTIVE' } }]);
  await messages.return();
});
