import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { intentsOf, stripeOf, withCard } from '../support/shop/saved-cards.ts';
import { grant, openShop, setAutoTopUp, track } from '../support/shop.ts';
import { openWire, type Wire } from '../support/wire.ts';
import { expectSound, openSql, type Sql, until } from '../support/witness.ts';

const MINUTE_MS = 60_000;

/**
 * One process is killed with SIGKILL while balances top themselves up: before it looks at what the
 * entries wrote, before Stripe hears of the charge, and after Stripe charged. Another process goes
 * on; until then its clock is behind, so that it takes nothing.
 */
describe('a crash between the entry, the charge and the grant', () => {
  const processes = brimProcesses();
  const customers = ['lost_1', 'lost_2', 'unanswered_1', 'unanswered_2', 'untaken_1', 'untaken_2'];
  const payers = new Map<string, string>();
  let database: FreshDatabase;
  let sql: Sql;
  let here: TestBrim;
  let stripe: Stripe;
  let wire: Wire;
  let aheadMs = -10 * MINUTE_MS;

  beforeAll(async () => {
    database = await freshDatabase();
    sql = await openSql(database.url);
    here = await openShop({
      databaseUrl: database.url,
      sandboxDelivery: 'held',
      clock: { now: () => new Date(Date.now() + aheadMs) },
    });
    stripe = stripeOf(here);
    wire = await openWire(() => `${here.url}/sandbox/stripe`);
    await crash();
  });
  afterAll(async () => {
    await processes.end();
    await wire?.close();
    await here?.close();
    await sql?.close();
    await database?.drop();
  });

  async function crash(): Promise<void> {
    for (const customerId of customers) {
      payers.set(customerId, await withCard({ brim: here, stripe, sql }, customerId));
      await grant(here, { customerId, amount: '90' });
      await setAutoTopUp(here, { customerId });
    }
    const doomed = await processes.start({
      database: { url: database.url },
      env: {
        STRIPE_SECRET_KEY: 'sk_test_brim_sandbox',
        STRIPE_WEBHOOK_SECRET: 'whsec_of_a_webhook_that_never_comes',
        STRIPE_API_URL: wire.url,
      },
    });
    // A process that has just started first learns whose account its key is of.
    await until(async () => {
      const { customer } = await doomed.data('{ customer(id: "lost_1") { paymentMethod { last4 } } }');
      expect(customer.paymentMethod).toEqual({ last4: '4242' });
    }, 30_000);
    let cut = 0;
    for (const fate of ['lost', 'unanswered'] as const) {
      wire.charging = fate;
      for (const customerId of customers.filter((each) => each.startsWith(fate))) {
        await track(doomed, { customerId, value: '85' });
        cut += 1;
        await until(() => expect(wire.chargesCut).toBe(cut), 30_000);
      }
    }
    wire.charging = 'lost';
    await Promise.all(['untaken_1', 'untaken_2'].map((customerId) => track(doomed, { customerId, value: '85' })));
    doomed.kill();
    await doomed.exited;
    // The lease of what it had taken passes.
    aheadMs = 2 * MINUTE_MS;
  }

  it.each(customers)('%s is charged once, and granted once', async (customerId) => {
    await until(async () => {
      const entries = await expectSound(sql, customerId);
      expect(entries.map(({ amount }) => amount)).toEqual([10, 90, -85, 100]);
    }, 30_000);
    await until(async () =>
      expect(await sql.rows('SELECT status::text FROM auto_top_up_intent WHERE customer_id = $1', [customerId])).toEqual([
        { status: 'SUCCEEDED' },
      ]),
    );
    expect(await intentsOf({ stripe }, payers.get(customerId) ?? '')).toEqual(['succeeded']);
    expect(
      await sql.rows(`SELECT status::text, automatic FROM purchase WHERE customer_id = $1 AND plan_id = 'top_up'`, [customerId]),
    ).toEqual([{ status: 'ACTIVE', automatic: true }]);
  });
});
