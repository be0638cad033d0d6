import { afterAll, beforeAll, expect, it } from 'vitest';
import { subscribe, type TestBrim, take } from '../support/brim.ts';
import { stripeOf, withCard } from '../support/shop/saved-cards.ts';
import { grant, openShop, setAutoTopUp, track } from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

let brim: TestBrim;
let sql: Sql;
beforeAll(async () => {
  brim = await openShop();
  sql = await openSql(brim.databaseUrl);
});
afterAll(async () => {
  await sql?.close();
  await brim?.close();
});

it('autoTopUpsChanged pushes none, then each change: set, charging, declined; and nothing of others', async () => {
  const cards = { brim, stripe: stripeOf(brim), sql };
  for (const customerId of ['ada', 'bob']) await withCard(cards, customerId, 'pm_card_chargeCustomerFail');
  const pushes = subscribe(
    brim.socket(),
    'subscription ($id: ID) { autoTopUpsChanged(customerId: $id) { id status failureReason } }',
    { id: 'ada' },
  );
  const next = async (count = 1) => (await take(pushes, count)).map(({ autoTopUpsChanged: all }) => all);
  expect(await next()).toEqual([[]]);
  await grant(brim, { customerId: 'ada', amount: '90' });
  await setAutoTopUp(brim, { customerId: 'bob', threshold: '0' });
  await setAutoTopUp(brim, { customerId: 'ada' });
  // The balance is looked at in between.
  let [all] = await next();
  while (all[0].status === 'CHARGING') [all] = await next();
  expect(all).toEqual([{ id: 'ada/premium_messages', status: 'IDLE', failureReason: null }]);
  await track(brim, { customerId: 'ada', value: '85' });
  const seen: string[] = [];
  while (!seen.includes('BACKING_OFF')) seen.push(...(await next()).map(([{ status }]) => status));
  expect(seen[0]).toBe('CHARGING');
  await pushes.return();
});
