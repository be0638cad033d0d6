/**
 * Connections that live and on which nothing is heard, in two processes at once: both say so, and
 * both push all the same.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { openPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';
import { answerPage, attach, createCustomer, MESSAGES, openShop, track } from '../support/shop.ts';
import { until } from '../support/witness.ts';

let database: FreshDatabase;
let proxy: PostgresProxy;
let deaf: TestBrim[];
/** Not by way of the proxy. */
let other: TestBrim;

beforeAll(async () => {
  database = await freshDatabase();
  proxy = await openPostgresProxy(database.url);
  other = await openShop({ databaseUrl: database.url });
  deaf = await Promise.all([1, 2].map(() => openBrim({ databaseUrl: proxy.url })));
  await createCustomer(other, 'ada');
});
afterAll(async () => {
  await Promise.all([other, ...deaf].map((brim) => brim.close()));
  await proxy.close();
  await database.drop();
});

const BALANCE = 'subscription { balanceChanged(customerId: "ada") { sequence balance { remaining } } }';
const readiness = async ({ url }: TestBrim) => (await fetch(`${url}/ready`)).json();

it('each process reports lost notifications, and still pushes what others commit until they arrive again', {
  timeout: patience(90_000),
}, async () => {
  const { purchase } = await attach(other, {
    customerId: 'ada',
    planId: 'top_up',
    featureQuantities: [{ featureId: MESSAGES, quantity: '100' }],
  });
  const PURCHASE = `subscription { purchaseChanged(purchaseId: "${purchase.id}") { status } }`;
  const balances = deaf.map((brim) => subscribe(brim.socket(), BALANCE));
  const purchases = deaf.map((brim) => subscribe(brim.socket(), PURCHASE));
  for (const pushed of [...balances, ...purchases]) await take(pushed, 1);
  proxy.deafen('brim feed');
  const degraded = { status: 'degraded', reasons: [expect.stringMatching(/not heard.+DATABASE_DIRECT_URL/)] };
  for (const brim of deaf) await until(async () => expect(await readiness(brim)).toEqual(degraded), 30_000);
  expect(await readiness(other)).toEqual({ status: 'ready' });

  await track(other, { customerId: 'ada' });
  for (const pushed of balances) {
    expect(await take(pushed, 1)).toMatchObject([{ balanceChanged: { sequence: 2, balance: { remaining: '9' } } }]);
  }
  await answerPage(purchase.checkoutUrl);
  for (const pushed of purchases) expect(await take(pushed, 1)).toEqual([{ purchaseChanged: { status: 'ACTIVE' } }]);

  proxy.mend();
  for (const brim of deaf) await until(async () => expect(await readiness(brim)).toEqual({ status: 'ready' }), 30_000);
  for (const pushed of [...balances, ...purchases]) await pushed.return();
});
