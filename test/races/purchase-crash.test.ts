import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { answerPage, attach, cancelPurchase, createCustomer, MESSAGES, openShop } from '../support/shop.ts';
import { openWire, type Wire } from '../support/wire.ts';
import { expectSound, openSql, type Sql, until } from '../support/witness.ts';

/** The reconciler waits for at most an hour. */
const RECONCILED_AFTER_MS = 61 * 60_000;

/**
 * One process is killed with SIGKILL while purchases are at every step. Another process goes on.
 * Its sandbox is Stripe to both and sends webhooks only when asked, and its clock can be moved.
 */
describe('a crash between two steps of a purchase', () => {
  const processes = brimProcesses();
  let database: FreshDatabase;
  let sql: Sql;
  let here: TestBrim;
  let wire: Wire;
  let aheadMs = 0;

  beforeAll(async () => {
    database = await freshDatabase();
    sql = await openSql(database.url);
    const clock = { now: () => new Date(Date.now() + aheadMs) };
    here = await openShop({ databaseUrl: database.url, sandboxDelivery: 'held', clock });
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
    const doomed = await processes.start({
      database: { url: database.url },
      env: {
        STRIPE_SECRET_KEY: 'sk_test_brim_sandbox',
        STRIPE_WEBHOOK_SECRET: 'whsec_of_a_webhook_that_never_comes',
        STRIPE_API_URL: wire.url,
      },
    });
    const unanswered: Promise<unknown>[] = [];
    for (const step of ['lost', 'unanswered'] as const) {
      wire.openingPages = step;
      for (const customerId of [`${step}_and_back`, `${step}_and_gone`]) {
        await createCustomer(here, customerId);
        unanswered.push(attach(doomed, topUp(customerId)));
      }
      await until(() => expect(wire.cuts).toBe(unanswered.length));
    }
    wire.openingPages = 'carried';
    for (const customerId of ['paid_and_back', 'paid_and_gone', 'settling', 'canceling']) {
      await createCustomer(here, customerId);
      const { checkoutUrl } = await attach(doomed, topUp(customerId));
      if (customerId !== 'canceling') expect((await answerPage(checkoutUrl)).status).toBe(303);
    }

    // An activation has made its purchase ACTIVE, and waits to write the balance, which another
    // connection has locked.
    const blocker = await openSql(database.url);
    await blocker.rows('BEGIN');
    await blocker.rows(`SELECT FROM balance WHERE customer_id = 'settling' FOR UPDATE`);
    const { id } = await onlyPurchaseOf('settling');
    unanswered.push(fetch(`${doomed.url}/checkout/return/${id}`, { redirect: 'manual' }));
    // A cancel has closed the page at Stripe, and waits to record it in a row that another
    // connection has locked.
    const canceling = await onlyPurchaseOf('canceling');
    await blocker.rows('SELECT FROM purchase WHERE id = $1 FOR UPDATE', [canceling.id]);
    unanswered.push(cancelPurchase(doomed, canceling.id));
    const waiting = () =>
      sql.rows<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
    await until(async () => expect(await waiting()).toHaveLength(2));
    const backends = (await waiting()).map(({ pid }) => pid);

    const answers = Promise.allSettled(unanswered);
    doomed.kill();
    expect((await answers).map(({ status }) => status)).toEqual(unanswered.map(() => 'rejected'));
    // Statements that the killed process sent must not run after its end.
    await sql.rows('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [backends]);
    await blocker.rows('ROLLBACK');
    await blocker.close();
    await until(async () => expect(await sql.rows('SELECT FROM pg_stat_activity WHERE pid = ANY($1)', [backends])).toEqual([]));
  }

  const topUp = (customerId: string) => ({
    customerId,
    planId: 'top_up',
    featureQuantities: [{ featureId: MESSAGES, quantity: '100' }],
  });

  interface Bought {
    readonly id: string;
    readonly status: string;
    readonly checkoutId: string | null;
    readonly checkoutUrl: string | null;
  }

  function purchasesOf(customerId: string): Promise<Bought[]> {
    return sql.rows<Bought & Record<string, unknown>>(
      `SELECT id, status::text, checkout_id AS "checkoutId", checkout_url AS "checkoutUrl" FROM purchase
       WHERE customer_id = $1 AND plan_id = 'top_up' ORDER BY created_at, id`,
      [customerId],
    );
  }

  async function onlyPurchaseOf(customerId: string): Promise<Bought> {
    const [purchase, ...others] = await purchasesOf(customerId);
    expect(others).toEqual([]);
    if (!purchase) throw new Error(`${customerId} has bought nothing`);
    return purchase;
  }

  async function pagesOf(purchaseId: string): Promise<number> {
    const found = await sql.rows(
      `SELECT FROM stripe_sandbox.object WHERE kind = 'checkout' AND body #>> '{session,metadata,brim_purchase_id}' = $1`,
      [purchaseId],
    );
    return found.length;
  }

  const grantsOf = async (customerId: string) =>
    (await expectSound(sql, customerId)).filter((entry) => entry.kind === 'GRANT').map((entry) => entry.amount);

  const comeBackTo = (purchase: Bought) => fetch(`${here.url}/checkout/return/${purchase.id}`, { redirect: 'manual' });

  /** Moves the clock so that the reconciler checks every open purchase. */
  async function reconcile(): Promise<void> {
    aheadMs += RECONCILED_AFTER_MS;
    await here.app.domain.purchases.reconcileDue();
  }

  /** Reconciles in every way at once, and again. */
  async function settleInEveryWay(purchase: Bought): Promise<void> {
    const events = (await here.app.sandbox?.events.pending()) ?? [];
    const completed = events.filter((event) => event.objectId === purchase.checkoutId);
    expect(completed.map((event) => event.type)).toEqual(['checkout.session.completed']);
    const deliveries = completed.map(({ id }) => here.app.sandbox?.events.deliver(id, { times: 3, together: true }));
    await Promise.all([...deliveries, comeBackTo(purchase), comeBackTo(purchase)]);
    await comeBackTo(purchase);
  }

  for (const { step, when, pages } of [
    { step: 'lost', when: 'after it was recorded and before Stripe heard of it', pages: 0 },
    { step: 'unanswered', when: 'after Stripe opened the page and before that was noted', pages: 1 },
  ]) {
    it(`${when}: the next attach is the same purchase with the one page, and paying it grants once`, async () => {
      const customerId = `${step}_and_back`;
      const recorded = await onlyPurchaseOf(customerId);
      expect(recorded).toMatchObject({ status: 'PENDING', checkoutId: null, checkoutUrl: null });
      expect(await pagesOf(recorded.id)).toBe(pages);

      const [attached, repeated] = await Promise.all([attach(here, topUp(customerId)), attach(here, topUp(customerId))]);
      expect(attached).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { id: recorded.id, status: 'PENDING' } });
      expect(repeated.checkoutUrl).toBe(attached.checkoutUrl);
      expect(await pagesOf(recorded.id)).toBe(1);
      expect(await grantsOf(customerId)).toEqual([10]);

      expect((await answerPage(attached.checkoutUrl)).status).toBe(303);
      await settleInEveryWay(await onlyPurchaseOf(customerId));
      expect(await onlyPurchaseOf(customerId)).toMatchObject({ id: recorded.id, status: 'ACTIVE' });
      expect(await grantsOf(customerId)).toEqual([10, 100]);
    });
  }

  it('after the payment and before its webhook: the next attach activates it first, and is another top-up', async () => {
    const customerId = 'paid_and_back';
    const paid = await onlyPurchaseOf(customerId);
    expect(paid.status).toBe('PENDING');
    const { purchase, checkoutUrl } = await attach(here, topUp(customerId));
    expect(await grantsOf(customerId)).toEqual([10, 100]);
    expect(purchase).toMatchObject({ status: 'PENDING' });
    expect(purchase.id).not.toBe(paid.id);
    expect(checkoutUrl).not.toBe(paid.checkoutUrl);
    await settleInEveryWay(paid);
    expect((await purchasesOf(customerId)).map(({ id, status }) => [id, status])).toEqual([
      [paid.id, 'ACTIVE'],
      [purchase.id, 'PENDING'],
    ]);
    expect(await grantsOf(customerId)).toEqual([10, 100]);
  });

  it('after a cancel closed its page and before that was recorded: the repeated cancel completes it', async () => {
    const halfDone = await onlyPurchaseOf('canceling');
    expect(halfDone.status).toBe('PENDING');
    expect((await answerPage(halfDone.checkoutUrl ?? '')).status).toBe(409);
    expect(await cancelPurchase(here, halfDone.id, 'NOW', 'PENDING')).toMatchObject({ outcome: 'ENDED' });
    expect(await onlyPurchaseOf('canceling')).toMatchObject({ status: 'CANCELED' });
    expect(await grantsOf('canceling')).toEqual([10]);
  });

  it('during the activation: nothing of it is written, and then it is granted once', async () => {
    const customerId = 'settling';
    const halfDone = await onlyPurchaseOf(customerId);
    expect(halfDone.status).toBe('PENDING');
    expect(await grantsOf(customerId)).toEqual([10]);
    await settleInEveryWay(halfDone);
    expect(await onlyPurchaseOf(customerId)).toMatchObject({ id: halfDone.id, status: 'ACTIVE' });
    expect(await grantsOf(customerId)).toEqual([10, 100]);
  });

  it('at any step: the reconciler completes what no caller comes back for, and does nothing twice', async () => {
    const unopened = ['lost_and_gone', 'unanswered_and_gone'];
    for (const customerId of [...unopened, 'paid_and_gone']) {
      expect(await onlyPurchaseOf(customerId)).toMatchObject({ status: 'PENDING' });
      expect(await grantsOf(customerId)).toEqual([10]);
    }
    await reconcile();
    await until(async () => expect(await onlyPurchaseOf('paid_and_gone')).toMatchObject({ status: 'ACTIVE' }));
    for (const customerId of unopened) {
      const open = await until(async () => {
        const purchase = await onlyPurchaseOf(customerId);
        expect(purchase).toMatchObject({ status: 'PENDING', checkoutUrl: expect.stringContaining('/sandbox/checkout/') });
        return purchase;
      });
      expect(await pagesOf(open.id)).toBe(1);
      expect((await answerPage(open.checkoutUrl ?? '')).status).toBe(303);
    }
    await reconcile();
    for (const customerId of unopened) {
      await until(async () => expect(await onlyPurchaseOf(customerId)).toMatchObject({ status: 'ACTIVE' }));
    }

    await reconcile();
    const everybody = ['lost_and_back', 'unanswered_and_back', 'paid_and_back', 'settling', 'paid_and_gone', ...unopened];
    for (const customerId of everybody) expect(await grantsOf(customerId)).toEqual([10, 100]);
  });
});
