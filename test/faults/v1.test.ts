import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { postRaw } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { balanceOf, createCustomer, createPlan, MESSAGES, openShop } from '../support/shop.ts';
import { type Cutter, openCutter } from './cut-after.ts';

/**
 * What the wire of autumn-js says of a command after which nothing could be read, or of which
 * nobody knows.
 */
let database: FreshDatabase;
let cutter: Cutter;
let brim: TestBrim;

beforeAll(async () => {
  database = await freshDatabase();
  cutter = await openCutter(database.url);
  brim = await openShop({ databaseUrl: cutter.url });
});
afterEach(() => cutter.mend());
afterAll(async () => {
  await brim?.close();
  await cutter?.close();
  await database?.drop();
});

async function cutAt(pattern: RegExp, when: 'answered' | 'sent', verb: string, body: object) {
  const hasCut = cutter.arm(pattern, when);
  const response = await postRaw(brim, verb, JSON.stringify(body));
  expect(hasCut()).toBe(true);
  cutter.mend();
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
}

describe('/v1', () => {
  it('balances.track answers from the commit', async () => {
    await createCustomer(brim, 'tracker');
    const request = { customer_id: 'tracker', feature_id: MESSAGES, value: 2 };
    const { status, body } = await cutAt(/^COMMIT/, 'answered', 'balances.track', request);
    expect([status, body]).toMatchObject([200, { value: 2, balance: { remaining: 8 } }]);
  });

  it('customers.update says that it stands where the customer cannot be shown, and does not ask to be tried again', async () => {
    await createCustomer(brim, 'renamed');
    const answer = await cutAt(/^UPDATE .*customer/s, 'answered', 'customers.update', { customer_id: 'renamed', name: 'New' });
    expect(answer).toMatchObject({ status: 500, retryAfter: null, body: { code: 'answer_incomplete' } });
    expect(await brim.data('{ customer(id: "renamed") { name } }')).toEqual({ customer: { name: 'New' } });
  });

  it('balances.batch_track does not call "not tracked" what nobody knows', async () => {
    await createCustomer(brim, 'batch');
    const uses = [
      { customer_id: 'batch', feature_id: MESSAGES },
      // Refused without a read, which would be cut, too.
      { customer_id: 'batch', feature_id: MESSAGES, properties: { tooLong: 'x'.repeat(100_000) } },
    ];
    const { body } = await cutAt(/^COMMIT/, 'sent', 'balances.batch_track', uses);
    expect(body).toMatchObject({ code: 'batch_incomplete' });
    expect(body.message).toMatch(/Not tracked, by their place in the list: 1: .*properties/);
    expect(body.message).toMatch(
      /Not known whether tracked, by their place in the list: 0: The connection to the database was lost/,
    );
  });

  it('plans.update changes and archives a plan in one step, or does neither', async () => {
    await createPlan(brim, { id: 'both', addOn: true, items: [{ featureId: MESSAGES, included: '1' }] });
    const request = { plan_id: 'both', name: 'Another name', archived: true };
    const { status } = await cutAt(/^UPDATE .*plan/s, 'sent', 'plans.update', request);
    expect(status).toBe(503);
    const document = '{ plan(id: "both") { version name archivedAt } }';
    expect(await brim.data(document)).toEqual({ plan: { version: 1, name: 'both', archivedAt: null } });
    expect((await postRaw(brim, 'plans.update', JSON.stringify(request))).status).toBe(200);
    expect(await brim.data(document)).toEqual({ plan: { version: 2, name: 'Another name', archivedAt: expect.any(String) } });
  });

  it('balances.create is done once, and says so', async () => {
    await createCustomer(brim, 'given');
    const request = { customer_id: 'given', feature_id: MESSAGES, included_grant: 5 };
    expect(await cutAt(/^COMMIT/, 'answered', 'balances.create', request)).toMatchObject({
      status: 200,
      body: { success: true },
    });
    expect(await balanceOf(brim, 'given')).toMatchObject({ remaining: '15' });
  });
});
