import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { intentsOf, withCard } from '../support/shop/saved-cards.ts';
import { openStripeAccount, type ShopBrim, type StripeAccount } from '../support/shop/stripe-account.ts';
import { answerPage, attach, findPurchase, untilStatus, wanting } from '../support/shop.ts';
import { expectSound, openSql, type Sql } from '../support/witness.ts';

const INTENTS = { path: '/v1/payment_intents', method: 'POST' } as const;
const MINUTE_MS = 60_000;

describe('a saved card, where Stripe is not at its best', () => {
  let account: StripeAccount;
  let brim: ShopBrim;
  let sql: Sql;
  let aheadMs = 0;
  beforeAll(async () => {
    account = await openStripeAccount({ now: () => new Date(Date.now() + aheadMs) });
    brim = await account.openShop();
    sql = await openSql(brim.databaseUrl);
  });
  afterEach(() => account.faults.clear());
  afterAll(async () => {
    await sql?.close();
    await account?.close();
  });

  const saved = (customerId: string, card?: string) => withCard({ brim, stripe: account.stripe, sql }, customerId, card);
  const topUp = (customerId: string) => attach(brim, { customerId, planId: 'top_up', featureQuantities: wanting('100') });
  const grantsOf = async (customerId: string) => (await expectSound(sql, customerId)).map(({ amount }) => amount);
  const errors = () => brim.logged().filter(({ level }) => level === 50);
  const reconcile = (purchaseId: string) => brim.app.domain.purchases.reconcile(purchaseId);

  it('slow: the caller gets a PENDING purchase that says why, and the late answer finishes it', async () => {
    const customer = await saved('slow');
    account.faults.add({ kind: 'slow', seconds: 12, ...INTENTS });
    const { purchase, checkoutUrl } = await topUp('slow');
    expect({ status: purchase.status, checkoutUrl }).toEqual({ status: 'PENDING', checkoutUrl: null });
    expect(await findPurchase(brim, purchase.id)).toMatchObject({ failureReason: expect.stringContaining('at most once') });
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await intentsOf(account, customer)).toEqual(['succeeded']);
    expect(await grantsOf('slow')).toEqual([10, 100]);
  });

  it('asked too often: PENDING, and an equal attach charges it once', async () => {
    const customer = await saved('busy');
    account.faults.add({ kind: 'rate_limited', ...INTENTS });
    const waiting = await topUp('busy');
    expect(waiting).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { status: 'PENDING' } });
    expect(await topUp('busy')).toMatchObject({ purchase: { id: waiting.purchase.id, status: 'ACTIVE' } });
    expect(await intentsOf(account, customer)).toEqual(['succeeded']);
  });

  it('failing before the charge: never charged again under another key, and paid on a page in the end', async () => {
    const customer = await saved('failed');
    account.faults.add({ kind: 'server_error', ...INTENTS });
    const { purchase } = await topUp('failed');
    expect(await reconcile(purchase.id)).toMatchObject({ status: 'PENDING', checkoutId: null });
    expect(await intentsOf(account, customer)).toEqual([]);
    aheadMs += 21 * MINUTE_MS;
    expect(await reconcile(purchase.id)).toMatchObject({ status: 'PENDING', checkoutUrl: expect.any(String) });
  });

  it('failing after the charge: Brim finds it, and grants once', async () => {
    const customer = await saved('found');
    account.faults.add({ kind: 'server_error_after_work', ...INTENTS });
    expect(await topUp('found')).toMatchObject({ purchase: { status: 'ACTIVE' } });
    expect(await intentsOf(account, customer)).toEqual(['succeeded']);
    expect(await grantsOf('found')).toEqual([10, 100]);
  });

  it('without the customer, which is gone there: the purchase gets a page of a new one', async () => {
    await saved('deleted');
    await sql.rows(`UPDATE payer SET provider_id = 'cus_gone' WHERE customer_id = 'deleted'`);
    const refused = await topUp('deleted');
    expect(refused).toMatchObject({ __typename: 'PaymentFailedError', purchase: { status: 'PENDING' } });
    const { checkoutUrl } = await findPurchase(brim, refused.purchase.id);
    expect((await answerPage(checkoutUrl)).status).toBe(303);
    expect(await reconcile(refused.purchase.id)).toMatchObject({ status: 'ACTIVE' });
  });

  describe('a charge that succeeds although it was given up', () => {
    /** A declined purchase with a page, and a charge of its payment that succeeded all the same. */
    async function givenUp(customerId: string) {
      const customer = await saved(customerId, 'pm_card_chargeCustomerFail');
      const { purchase } = await topUp(customerId);
      const [payment] = await sql.rows<{ id: string }>('SELECT id FROM payment WHERE purchase_id = $1', [purchase.id]);
      const { checkoutUrl } = await findPurchase(brim, purchase.id);
      const [intent] = (await account.stripe.paymentIntents.list({ customer })).data;
      const method = await account.stripe.paymentMethods.attach('pm_card_visa', { customer });
      const late = await account.stripe.paymentIntents.create({
        ...{ amount: 1_000, currency: 'usd', customer, payment_method: method.id, confirm: true, off_session: true },
        metadata: { ...intent?.metadata, brim_payment_id: payment?.id ?? '' },
      });
      return {
        purchaseId: String(purchase.id),
        checkoutUrl,
        tell: () => account.tell(brim, 'payment_intent.succeeded', late.id),
      };
    }

    it('closes the page, and settles the purchase', async () => {
      const { purchaseId, checkoutUrl, tell } = await givenUp('late');
      expect(await Promise.all([tell(), tell()])).toEqual([200, 200]);
      expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'ACTIVE' });
      expect((await answerPage(checkoutUrl)).status).toBe(409);
      expect(await grantsOf('late')).toEqual([10, 100]);
    });

    it('is a second payment that can be given back, where the page was paid', async () => {
      const { purchaseId, checkoutUrl, tell } = await givenUp('twice');
      expect((await answerPage(checkoutUrl)).status).toBe(303);
      expect(await reconcile(purchaseId)).toMatchObject({ status: 'ACTIVE' });
      expect(await tell()).toBe(200);
      expect(await tell()).toBe(200);
      const payments = await sql.rows('SELECT status::text FROM payment WHERE purchase_id = $1', [purchaseId]);
      expect(payments).toEqual([{ status: 'SUCCEEDED' }, { status: 'SUCCEEDED' }]);
      expect(await grantsOf('twice')).toEqual([10, 100]);
      expect(errors().map(({ msg }) => msg)).toContain('purchases: paid twice: give one back');
    });
  });
});
