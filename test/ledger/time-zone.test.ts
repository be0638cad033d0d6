import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { createCustomer, grant, openShop, track } from '../support/shop.ts';

const EXPIRES_AT = '2099-07-31T12:00:00.000Z';
let database: FreshDatabase;
let brim: TestBrim;

beforeAll(async () => {
  database = await freshDatabase();
  await runOn(database.url, `ALTER DATABASE ${new URL(database.url).pathname.slice(1)} SET timezone = 'Europe/Berlin'`);
  brim = await openShop({ databaseUrl: database.url });
});
afterAll(async () => {
  await brim.close();
  await database.drop();
});

it('an instant stays where it is on a server whose own time zone is another', async () => {
  await createCustomer(brim, 'berlin');
  await grant(brim, { customerId: 'berlin', amount: '100', expiresAt: EXPIRES_AT });
  for (let use = 0; use < 2; use += 1) await track(brim, { customerId: 'berlin', value: '20' });
  const { customer } = await brim.data('{ customer(id: "berlin") { balances { nextExpiryAt grants { remaining expiresAt } } } }');
  expect(customer.balances[0].nextExpiryAt).toBe(EXPIRES_AT);
  expect(customer.balances[0].grants).toContainEqual({ remaining: '60', expiresAt: EXPIRES_AT });
});
