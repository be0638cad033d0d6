import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import {
  answerPage,
  askForTopUp,
  attachTopUp,
  balanceOf,
  cancelPurchase,
  decideDelayedPayment,
  deliver,
  eventOf,
  findPurchase,
  openShop,
  pay,
} from '../support/shop.ts';
import { connect, findWaiting } from '../support/witness.ts';

describe('cancelPurchase of a PENDING purchase', () => {
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

  it.each(['NOW', 'PERIOD_END'] as const)('closes its page, %s: it is CANCELED, and can no longer be paid', async (when) => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, `gives_up_${when}`);
    const canceled = await cancelPurchase(brim, purchaseId, when);
    expect(canceled).toMatchObject({
      __typename: 'CancelPurchaseSuccess',
      purchase: { status: 'CANCELED', checkoutUrl: null, endsAt: null, endedAt: expect.any(String) },
      balances: [{ remaining: '10' }],
    });
    expect((await answerPage(checkoutUrl)).status).toBe(409);
    // The provider's own event changes nothing more.
    expect(await deliver(brim, await eventOf(brim, checkoutUrl, 'checkout.session.expired'))).toEqual([200]);
    expect(await cancelPurchase(brim, purchaseId, when)).toMatchObject({ purchase: canceled.purchase });
  });

  it('allows another attach of the same plan', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'changes_mind');
    await cancelPurchase(brim, purchaseId);
    const again = await attachTopUp(brim, 'changes_mind', '100');
    expect(again.checkoutUrl).not.toBe(checkoutUrl);
    expect(again.purchaseId).not.toBe(purchaseId);
  });

  it('activates it instead where the customer has paid already, and answers ACTIVE', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'has_paid');
    await pay(checkoutUrl);
    expect(await cancelPurchase(brim, purchaseId)).toMatchObject({
      __typename: 'CancelPurchaseSuccess',
      outcome: 'PAID_INSTEAD',
      purchase: { status: 'ACTIVE', endedAt: null },
      balances: [{ remaining: '110' }],
    });
  });

  it('activates it where the customer pays while the page is being closed', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'pays_meanwhile');
    // Another connection: within one transaction, pg_stat_activity shows one moment.
    const holder = await connect(brim);
    onTestFinished(() => holder.end());
    await holder.query('BEGIN');
    await holder.query(`SELECT 1 FROM stripe_sandbox.object WHERE id = $1 FOR UPDATE`, [checkoutUrl.split('/').at(-1)]);
    const untilWaiting = (count: number) =>
      expect.poll(async () => (await findWaiting(sql)).length, { timeout: patience(10_000), interval: 20 }).toBe(count);
    // The provider handles the payment first, and the closing after it.
    const paying = answerPage(checkoutUrl);
    await untilWaiting(1);
    const canceling = cancelPurchase(brim, purchaseId);
    await untilWaiting(2);
    await holder.query('COMMIT');
    expect((await paying).status).toBe(303);
    expect(await canceling).toMatchObject({
      outcome: 'PAID_INSTEAD',
      purchase: { status: 'ACTIVE' },
      balances: [{ remaining: '110' }],
    });
  });

  it('with ifStatus PENDING never ends a purchase that was paid, also when it is sent again', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'paid_and_sent_again');
    await pay(checkoutUrl);
    for (let time = 0; time < 2; time += 1)
      expect(await cancelPurchase(brim, purchaseId, 'NOW', 'PENDING')).toMatchObject({
        __typename: 'InvalidInputError',
        issues: [{ path: ['ifStatus'], message: expect.stringMatching(/the purchase is ACTIVE since .*when it was paid/) }],
      });
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
    expect(await cancelPurchase(brim, purchaseId, 'NOW', 'ACTIVE')).toMatchObject({ outcome: 'ENDED' });
    // The repeated cancel gets the same answer.
    expect(await cancelPurchase(brim, purchaseId, 'NOW', 'ACTIVE')).toMatchObject({ outcome: 'ENDED' });
  });

  it('with ifStatus ACTIVE does not change an unpaid purchase', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'not_paid_yet');
    expect(await cancelPurchase(brim, purchaseId, 'NOW', 'ACTIVE')).toMatchObject({
      issues: [{ path: ['ifStatus'], message: 'is ACTIVE, and the purchase is PENDING: it was not canceled' }],
    });
    await pay(checkoutUrl);
  });

  it('is refused while a delayed payment is processing, which then activates it', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'pays_later');
    await answerPage(checkoutUrl, 'pay_later');
    expect(await cancelPurchase(brim, purchaseId)).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['purchaseId'], message: expect.stringContaining('can no longer be stopped') }],
    });
    await decideDelayedPayment(checkoutUrl, 'succeed');
    await deliver(brim, await eventOf(brim, checkoutUrl, 'checkout.session.async_payment_succeeded'));
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
  });

  it('ends paid or canceled after ten cancels and a payment at once, and the balance agrees', async () => {
    for (const turn of [0, 1, 2, 3]) {
      const customerId = `racing_${turn}`;
      const { checkoutUrl, purchaseId } = await askForTopUp(brim, customerId);
      const cancels = Array.from({ length: 10 }, () => cancelPurchase(brim, purchaseId));
      const [paid, ...answers] = await Promise.all([answerPage(checkoutUrl), ...cancels]);
      const { status } = await findPurchase(brim, purchaseId);
      const { remaining } = await balanceOf(brim, customerId);
      // A cancel after the payment ends an ACTIVE purchase, and what was bought stays.
      expect(`${status} ${remaining}`).toMatch(paid?.status === 303 ? /^(ACTIVE|CANCELED) 110$/ : /^CANCELED 10$/);
      for (const answer of answers)
        expect(answer).toMatchObject({
          purchase: { status: expect.stringMatching(status === 'ACTIVE' ? /^ACTIVE$/ : /^(ACTIVE|CANCELED)$/) },
        });
    }
  });

  it('is undone by a payment that arrives all the same: the purchase becomes ACTIVE', async () => {
    const { checkoutUrl, purchaseId } = await askForTopUp(brim, 'pays_anyway');
    await sql.query(`UPDATE purchase SET status = 'CANCELED', ended_at = now() WHERE id = $1`, [purchaseId]);
    await pay(checkoutUrl);
    await deliver(brim, await eventOf(brim, checkoutUrl, 'checkout.session.completed'));
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE', grants: [{ granted: '100' }] });
    expect(await balanceOf(brim, 'pays_anyway')).toMatchObject({ remaining: '110' });
  });
});
