import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { intentsOf, stripeOf, withCard } from '../support/shop/saved-cards.ts';
import { answerPage, attach, findPurchase, openShop, untilStatus, wanting } from '../support/shop.ts';
import { openWire, type Wire } from '../support/wire.ts';
import { expectSound, openSql, type Sql, until } from '../support/witness.ts';

const MINUTE_MS = 60_000;

/**
 * One process is killed with SIGKILL while it charges saved cards: before Stripe hears of it, and
 * after Stripe charged and before anybody knows. Another process goes on. Its sandbox is Stripe to
 * both, sends webhooks only when asked, and its clock can be moved.
 */
describe('a crash while a saved card is charged', () => {
  const processes = brimProcesses();
  let database: FreshDatabase;
  let sql: Sql;
  let here: TestBrim;
  let stripe: Stripe;
  let wire: Wire;
  let aheadMs = 0;
  /** Stripe's id of each customer. */
  const payers = new Map<string, string>();

  beforeAll(async () => {
    database = await freshDatabase();
    sql = await openSql(database.url);
    const clock = { now: () => new Date(Date.now() + aheadMs) };
    here = await openShop({ databaseUrl: database.url, sandboxDelivery: 'held', clock });
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

  const topUp = (customerId: string, more: Record<string, unknown> = {}) => ({
    ...{ customerId, planId: 'top_up', featureQuantities: wanting('100') },
    ...more,
  });

  async function crash(): Promise<void> {
    const doomed = await processes.start({
      database: { url: database.url },
      env: {
        STRIPE_SECRET_KEY: 'sk_test_brim_sandbox',
        STRIPE_WEBHOOK_SECRET: 'whsec_of_a_webhook_that_never_comes',
        STRIPE_API_URL: wire.url,
      },
    });
    const customers = (fate: string) => ['clicked', 'soon', 'late', 'told'].map((when) => `${fate}_${when}`);
    const unanswered: Promise<unknown>[] = [];
    for (const fate of ['lost', 'unanswered'] as const) {
      wire.charging = fate;
      for (const customerId of customers(fate)) {
        payers.set(customerId, await withCard({ brim: here, stripe, sql }, customerId));
        unanswered.push(attach(doomed, topUp(customerId)).catch((error: unknown) => error));
      }
      await until(() => expect(wire.chargesCut).toBe(unanswered.length), 30_000);
    }
    // Only the tests ask about them.
    await sql.rows(`UPDATE purchase SET next_check_at = NULL WHERE plan_id = 'top_up'`);
    doomed.kill();
    await Promise.all(unanswered);
  }

  async function purchaseOf(customerId: string) {
    const found = await sql.rows<{ id: string; status: string }>(
      `SELECT id, status::text FROM purchase WHERE customer_id = $1 AND plan_id = 'top_up' ORDER BY created_at, id`,
      [customerId],
    );
    expect(found).toHaveLength(1);
    return { id: found[0]?.id ?? '', status: found[0]?.status };
  }
  const intents = (customerId: string) => intentsOf({ stripe }, payers.get(customerId) ?? '');
  const grantsOf = async (customerId: string) =>
    (await expectSound(sql, customerId)).filter((entry) => entry.kind === 'GRANT').map((entry) => entry.amount);

  async function expectChargedOnce(customerId: string): Promise<void> {
    expect(await intents(customerId)).toEqual(['succeeded']);
    expect(await purchaseOf(customerId)).toMatchObject({ status: 'ACTIVE' });
    expect(await grantsOf(customerId)).toEqual([10, 100]);
    const payments = await sql.rows('SELECT status::text FROM payment WHERE customer_id = $1', [customerId]);
    expect(payments).toEqual([{ status: 'SUCCEEDED' }]);
  }

  for (const fate of ['lost', 'unanswered'] as const) {
    const step = fate === 'lost' ? 'before Stripe heard of it' : 'after Stripe charged';

    it(`${step}: clicks of two callers are the same purchase, charged once`, async () => {
      const customerId = `${fate}_clicked`;
      const { id } = await purchaseOf(customerId);
      const clicked = await Promise.all([attach(here, topUp(customerId)), attach(here, topUp(customerId))]);
      for (const { purchase } of clicked) expect(purchase).toMatchObject({ id, status: 'ACTIVE' });
      await expectChargedOnce(customerId);
    });

    it(`${step}: the reconciler finishes it, however often it asks`, async () => {
      const customerId = `${fate}_soon`;
      const { id } = await purchaseOf(customerId);
      await Promise.all([here.app.domain.purchases.reconcile(id), here.app.domain.purchases.reconcile(id)]);
      await here.app.domain.purchases.reconcile(id);
      await expectChargedOnce(customerId);
    });
  }

  it('after Stripe charged: its event finishes it, delivered several times at once', async () => {
    const customerId = 'unanswered_told';
    const [intent] = (await stripe.paymentIntents.list({ customer: payers.get(customerId) ?? '' })).data;
    const events = (await here.app.sandbox?.events.pending()) ?? [];
    const told = events.filter(({ type, objectId }) => type === 'payment_intent.succeeded' && objectId === intent?.id);
    expect(told).toHaveLength(1);
    await here.app.sandbox?.events.deliver(told[0]?.id ?? '', { times: 3, together: true });
    await expectChargedOnce(customerId);
  });

  it('long after Stripe charged: Brim finds the charge without sending it again', async () => {
    aheadMs += 21 * MINUTE_MS;
    await here.app.domain.purchases.reconcile((await purchaseOf('unanswered_late')).id);
    await expectChargedOnce('unanswered_late');
  });

  it('long after a request that never arrived: the customer gets a page, and pays there once', async () => {
    const { id } = await purchaseOf('lost_late');
    await here.app.domain.purchases.reconcile(id);
    const { status, checkoutUrl, failureReason } = await findPurchase(here, id);
    expect({ status, failureReason }).toEqual({ status: 'PENDING', failureReason: expect.stringContaining('charged nothing') });
    expect(await intents('lost_late')).toEqual([]);
    expect((await answerPage(checkoutUrl)).status).toBe(303);
    await here.app.domain.purchases.reconcile(id);
    await untilStatus(here, id, 'ACTIVE');
    expect(await grantsOf('lost_late')).toEqual([10, 100]);
  });
});
