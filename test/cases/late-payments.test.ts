import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import {
  answerPage,
  askForTopUp,
  attach,
  createCustomer,
  createCustomerToken,
  decideDelayedPayment,
  findPurchase,
  openShop,
} from '../support/shop.ts';

/** Purchases that are checked, paid or refused late. */
describe('a purchase', () => {
  let brim: TestBrim;
  let now = new Date();

  beforeAll(async () => {
    brim = await openShop({ clock: { now: () => now }, sandboxDelivery: 'held' });
  });
  afterAll(() => brim.close());

  const returnPage = (purchaseId: string) => fetch(`${brim.url}/checkout/return/${purchaseId}`, { redirect: 'manual' });

  it('that was checked two thousand times does not keep others from being checked', async () => {
    const old = await askForTopUp(brim, 'old');
    const fresh = await askForTopUp(brim, 'fresh');
    await runOn(brim.databaseUrl, `UPDATE purchase SET checks = 2000 WHERE id = '${old.purchaseId}'`);
    await answerPage(fresh.checkoutUrl);
    now = new Date(now.getTime() + 5 * 60_000);
    expect(await brim.app.domain.purchases.reconcileDue()).toBe(2);
    expect(await findPurchase(brim, fresh.purchaseId)).toMatchObject({ status: 'ACTIVE' });
  });

  it('whose delayed payment failed gets no thanks on the return page', async () => {
    const { purchaseId, checkoutUrl } = await askForTopUp(brim, 'thanked', '100', { successUrl: 'https://app.example/thanks' });
    await answerPage(checkoutUrl, 'pay_later');
    expect((await returnPage(purchaseId)).headers.get('location')).toBe('https://app.example/thanks');
    await decideDelayedPayment(checkoutUrl, 'fail');
    // Before this time Brim would not ask the provider again.
    now = new Date(now.getTime() + 5_000);
    const answer = await returnPage(purchaseId);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('did not go through');
  });

  it('that costs nothing has no page to return from', async () => {
    await brim.data(`mutation { createPlan(input: { id: "gift", name: "Gift", addOn: true,
      items: [{ featureId: "premium_messages", included: "1" }] }) { __typename } }`);
    await createCustomer(brim, 'sent_away');
    const token = await createCustomerToken(brim, 'sent_away', ['gift']);
    const { purchase } = await attach(brim, { planId: 'gift', successUrl: `${brim.url}/thanks` }, token);
    expect(purchase.status).toBe('ACTIVE');
    expect((await returnPage(purchase.id)).headers.get('location')).toBeNull();
  });

  it('that the provider refuses is made FAILED by the reconciler, too', async () => {
    const { purchaseId } = await askForTopUp(brim, 'never_taken');
    await runOn(
      brim.databaseUrl,
      `UPDATE purchase SET checkout_id = NULL, checkout_url = NULL, next_check_at = created_at,
         checkout = jsonb_set(checkout, '{lines,0,unitAmount,amount}', '"0.1"') || jsonb_build_object('purchaseId', id || '_again')
       WHERE id = '${purchaseId}'`,
    );
    expect(await brim.app.domain.purchases.reconcileDue()).toBeGreaterThan(0);
    expect(await findPurchase(brim, purchaseId)).toMatchObject({ status: 'FAILED', failureReason: expect.any(String) });
  });
});
