import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import {
  answerPage,
  askForTopUp,
  attachTopUp,
  balanceOf,
  decideDelayedPayment,
  deliver,
  eventOf,
  findPurchase,
  openShop,
  pay,
  watch,
} from '../support/shop.ts';
import { connect, findWaiting } from '../support/witness.ts';

const COMPLETED = 'checkout.session.completed';

describe('the payment provider’s events', () => {
  let brim: TestBrim;
  let sql: pg.Client;

  beforeAll(async () => {
    brim = await openShop({ sandboxDelivery: 'held' });
    sql = await connect(brim);
  });
  afterAll(async () => {
    await sql?.end();
    await brim?.close();
  });

  it('W1: make one grant and one push where one is delivered five times', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'w1');
    const page = await watch(brim, 'w1');
    await pay(checkoutUrl);
    const event = await eventOf(brim, checkoutUrl, COMPLETED);
    expect(await deliver(brim, event, { times: 5 })).toEqual([200, 200, 200, 200, 200]);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE', grants: [{ granted: '100' }] });
    await page.sawOneGrant(purchaseId);
  });

  it('W1: make one grant and one push where one is delivered five times at once', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'w1_at_once');
    const page = await watch(brim, 'w1_at_once');
    await pay(checkoutUrl);
    const event = await eventOf(brim, checkoutUrl, COMPLETED);
    expect(await deliver(brim, event, { times: 5, together: true })).toEqual([200, 200, 200, 200, 200]);
    await page.sawOneGrant(purchaseId);
  });

  it('W3: are not acknowledged before the grant, also where a second delivery comes during the first', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'w3');
    const page = await watch(brim, 'w3');
    await pay(checkoutUrl);
    const event = await eventOf(brim, checkoutUrl, COMPLETED);
    const answers: (number | string)[] = [];
    const send = () => deliver(brim, event).then((statuses) => answers.push(...statuses));

    // While the test has the account locked, the first delivery can read and not write.
    await sql.query('BEGIN');
    await sql.query(`SELECT 1 FROM account WHERE customer_id = 'w3' FOR UPDATE`);
    const first = send();
    await vi.waitFor(async () => expect(await findWaiting(sql)).toHaveLength(1), { timeout: patience(10_000), interval: 10 });
    const second = send();
    await vi.waitFor(
      async () =>
        expect((await sql.query('SELECT deliveries FROM payment_event WHERE id = $1', [event])).rows[0]?.deliveries).toBe(2),
      { timeout: patience(10_000), interval: 10 },
    );
    expect(answers).toEqual([]);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'PENDING', grants: [] });
    await sql.query('COMMIT');

    await Promise.all([first, second]);
    expect(answers).toEqual([200, 200]);
    await page.sawOneGrant(purchaseId);
  });

  it('may come in the wrong order: the end of a delayed payment before its beginning', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'backwards');
    const page = await watch(brim, 'backwards');
    await answerPage(checkoutUrl, 'pay_later');
    await decideDelayedPayment(checkoutUrl, 'succeed');
    for (const type of ['checkout.session.async_payment_succeeded', COMPLETED]) {
      expect(await deliver(brim, await eventOf(brim, checkoutUrl, type))).toEqual([200]);
      expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
    }
    await page.sawOneGrant(purchaseId);
  });

  it('may come in the wrong order: the expiry of a replaced page after the new page was paid', async () => {
    const old = await askForTopUp(brim, 'replaced');
    const page = await watch(brim, 'replaced');
    const next = await attachTopUp(brim, 'replaced', '200');
    await pay(next.checkoutUrl);
    expect(await deliver(brim, await eventOf(brim, next.checkoutUrl, COMPLETED))).toEqual([200]);
    expect(await deliver(brim, await eventOf(brim, old.checkoutUrl, 'checkout.session.expired'))).toEqual([200]);
    expect(await findPurchase(brim, old.purchaseId)).toMatchObject({ status: 'EXPIRED', grants: [] });
    expect(await findPurchase(brim, next.purchaseId)).toMatchObject({ status: 'ACTIVE' });
    await page.sawOneGrant(next.purchaseId, '200');
  });

  it.each(['EXPIRED', 'FAILED'])(
    'a payment that comes for a purchase that was given up as %s is granted all the same',
    async (status) => {
      const { checkoutUrl, purchaseId } = await askForTopUp(brim, `late_${status}`);
      const page = await watch(brim, `late_${status}`);
      await sql.query(`UPDATE purchase SET status = $2::"PurchaseStatus", failure_reason = 'given up' WHERE id = $1`, [
        purchaseId,
        status,
      ]);
      await pay(checkoutUrl);
      expect(await deliver(brim, await eventOf(brim, checkoutUrl, COMPLETED))).toEqual([200]);
      expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE', failureReason: null });
      await page.sawOneGrant(purchaseId);
    },
  );

  it.each([
    ['amount', `total = 1`, '10 usd was paid where 1 usd was asked'],
    ['currency', `currency = 'eur'`, '10 usd was paid where 10 eur was asked'],
  ])('grant nothing for a payment whose %s differs from the request, and the purchase says so', async (name, change, reason) => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, `other_${name}`);
    const page = await watch(brim, `other_${name}`);
    await sql.query(`UPDATE purchase SET ${change} WHERE id = $1`, [purchaseId]);
    await pay(checkoutUrl);
    const event = await eventOf(brim, checkoutUrl, COMPLETED);
    // An event whose purchase does not match is acknowledged, and not sent again.
    expect(await deliver(brim, event, { times: 2 })).toEqual([200, 200]);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({
      status: 'PENDING',
      failureReason: expect.stringContaining(reason),
      grants: [],
    });
    expect((await balanceOf(brim, `other_${name}`)).remaining).toBe('10');
    await page.sawNothing();
  });
});
