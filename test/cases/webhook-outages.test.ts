import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import {
  answerPage,
  askForTopUp,
  attachTopUp,
  balanceOf,
  deliver,
  eventOf,
  findPurchase,
  movableClock,
  openShop,
  pay,
  sandboxOf,
  watch,
} from '../support/shop.ts';
import { connect, findWaiting } from '../support/witness.ts';

const COMPLETED = 'checkout.session.completed';
/** The reconciler waits a minute for the webhook of a purchase. */
const PATIENCE_MS = 61_000;

describe('a payment whose webhook is late or lost', () => {
  const clock = movableClock();
  let brim: TestBrim;
  let sql: pg.Client;

  beforeAll(async () => {
    brim = await openShop({ sandboxDelivery: 'held', clock });
    sql = await connect(brim);
  });
  afterAll(async () => {
    await sql?.end();
    await brim?.close();
  });

  /** Pays while no grant can be written, and checks that the event is not acknowledged. */
  async function payDuringOutage(customerId: string) {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, customerId);
    const page = await watch(brim, customerId);
    await pay(checkoutUrl);
    const event = await eventOf(brim, checkoutUrl, COMPLETED);
    await sql.query('ALTER TABLE "grant" RENAME TO grant_away');
    try {
      expect(await deliver(brim, event, { times: 2 })).toEqual([500, 500]);
      expect(await findPurchaseStatus(purchaseId)).toBe('PENDING');
      expect((await balanceOf(brim, customerId)).remaining).toBe('10');
    } finally {
      await sql.query('ALTER TABLE grant_away RENAME TO "grant"');
    }
    return { event, purchaseId, page };
  }

  async function findPurchaseStatus(id: string): Promise<string> {
    const { purchase } = await brim.data('query ($id: ID!) { purchase(id: $id) { status } }', { id });
    return purchase.status;
  }

  it('W4: is granted once where the first delivery failed and another comes', async () => {
    const { event, purchaseId, page } = await payDuringOutage('w4');
    expect(await deliver(brim, event)).toEqual([200]);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE', grants: [{ granted: '100' }] });
    expect(await deliver(brim, event)).toEqual([200]);
    await page.sawOneGrant(purchaseId);
  });

  it('W4: is granted once by the reconciler where the first delivery failed and no other comes', async () => {
    const { event, purchaseId, page } = await payDuringOutage('w4_reconciled');
    clock.pass(PATIENCE_MS);
    await Promise.all([brim.app.domain.purchases.reconcileDue(), brim.app.domain.purchases.reconcileDue()]);
    expect(await findPurchaseStatus(purchaseId)).toBe('ACTIVE');
    // The late delivery changes nothing.
    expect(await deliver(brim, event)).toEqual([200]);
    await page.sawOneGrant(purchaseId);
  });

  it('W4: is not acknowledged where the connection breaks during the grant, and the next delivery grants once', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'w4_cut');
    const page = await watch(brim, 'w4_cut');
    await pay(checkoutUrl);
    const event = await eventOf(brim, checkoutUrl, COMPLETED);
    await sql.query('BEGIN');
    await sql.query(`SELECT 1 FROM account WHERE customer_id = 'w4_cut' FOR UPDATE`);
    const delivery = deliver(brim, event);
    const [pid] = await vi.waitFor(
      async () => {
        const waiting = await findWaiting(sql);
        expect(waiting).toHaveLength(1);
        return waiting;
      },
      { timeout: patience(10_000), interval: 10 },
    );
    await sql.query('SELECT pg_terminate_backend($1)', [pid]);
    expect(await delivery).toEqual([500]);
    await sql.query('COMMIT');
    expect(await findPurchaseStatus(purchaseId)).toBe('PENDING');
    expect(await deliver(brim, event)).toEqual([200]);
    await page.sawOneGrant(purchaseId);
  });

  it('W6: is granted by the reconciler where the webhook never comes, after the webhook’s time', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'w6');
    const page = await watch(brim, 'w6');
    await pay(checkoutUrl);
    expect(await brim.app.domain.purchases.reconcileDue()).toBe(0);
    expect(await findPurchaseStatus(purchaseId)).toBe('PENDING');
    clock.pass(PATIENCE_MS);
    await brim.app.domain.purchases.reconcileDue();
    expect(await findPurchaseStatus(purchaseId)).toBe('ACTIVE');
    await page.sawOneGrant(purchaseId);
  });

  it('W6: is granted by the customer’s return where the webhook never comes, and the page sends the customer on', async () => {
    const successUrl = 'https://app.example/thanks?order=7';
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'w6_return', '100', { successUrl });
    const page = await watch(brim, 'w6_return');
    await pay(checkoutUrl);
    const back = () => fetch(`${brim.url}/checkout/return/${purchaseId}`, { redirect: 'manual' });
    for (const answer of [await back(), await back()]) {
      expect([answer.status, answer.headers.get('location')]).toEqual([303, successUrl]);
    }
    expect(await findPurchaseStatus(purchaseId)).toBe('ACTIVE');
    await page.sawOneGrant(purchaseId);
  });

  it('W6: gets thanks from the return page where the app named no page; an unpaid purchase gets none', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'w6_plain');
    const back = async () => (await fetch(`${brim.url}/checkout/return/${purchaseId}`)).text();
    expect(await back()).toContain('Not paid yet');
    expect(await findPurchaseStatus(purchaseId)).toBe('PENDING');
    await pay(checkoutUrl);
    // A customer who comes back too soon gets what is known, and the page reloads itself.
    expect(await back()).toMatch(/One moment.*http-equiv="refresh" content="5"/s);
    clock.pass(5_000);
    expect(await back()).toContain('Thank you');
    expect((await balanceOf(brim, 'w6_plain')).remaining).toBe('110');
    const unknown = await fetch(`${brim.url}/checkout/return/pu_unknown`);
    expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringContaining('Unknown purchase')]);
  });

  it('is still possible after the reconciler asked about an open page', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'still_open');
    clock.pass(PATIENCE_MS);
    await brim.app.domain.purchases.reconcileDue();
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'PENDING', checkoutUrl });
    await pay(checkoutUrl);
  });

  it('is impossible after a day: the page expires, and the next attach is a new purchase', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'a_day');
    clock.pass(25 * 60 * 60 * 1_000);
    await sandboxOf(brim).deliverDue();
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'EXPIRED', checkoutUrl: null, grants: [] });
    expect((await answerPage(checkoutUrl)).status).toBe(409);
    const next = await attachTopUp(brim, 'a_day', '100');
    expect(next.purchaseId).not.toBe(purchaseId);
  });
});
