import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import {
  answerPage,
  attach,
  balanceOf,
  createCustomer,
  decideDelayedPayment,
  findPurchase,
  openShop,
  untilStatus,
  wanting,
} from '../support/shop.ts';

describe('a delayed payment', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  const topUp = (customerId: string, quantity: string) =>
    attach(brim, { customerId, planId: 'top_up', featureQuantities: wanting(quantity) });

  /**
   * Attaches, chooses to pay later, and waits until Brim has heard of it: then the purchase has no
   * page.
   */
  async function payLater(customerId: string, quantity: string) {
    const attached = await topUp(customerId, quantity);
    expect((await answerPage(attached.checkoutUrl, 'pay_later')).status).toBe(303);
    await vi.waitFor(
      async () => expect(await findPurchase(brim, attached.purchase.id)).toMatchObject({ status: 'PENDING', checkoutUrl: null }),
      { timeout: patience(10_000), interval: 20 },
    );
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '10', version: 1 });
    return attached;
  }

  it('O17: grants nothing while it is processing, and once when it arrives', async () => {
    await createCustomer(brim, 'arrives');
    const { checkoutUrl, purchase } = await payLater('arrives', '200');
    expect((await decideDelayedPayment(checkoutUrl, 'succeed')).status).toBe(303);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect((await decideDelayedPayment(checkoutUrl, 'succeed')).status).toBe(409);
    expect(await balanceOf(brim, 'arrives')).toMatchObject({ remaining: '210', version: 2 });
  });

  it('O17: makes the purchase FAILED with the reason when it fails, and grants nothing', async () => {
    await createCustomer(brim, 'fails');
    const { checkoutUrl, purchase } = await payLater('fails', '200');
    expect((await decideDelayedPayment(checkoutUrl, 'fail')).status).toBe(303);
    expect(await untilStatus(brim, purchase.id, 'FAILED')).toMatchObject({
      failureReason: 'The bank did not make the payment.',
      grants: [],
      settledAt: null,
    });
    expect((await decideDelayedPayment(checkoutUrl, 'succeed')).status).toBe(409);
    expect(await balanceOf(brim, 'fails')).toMatchObject({ remaining: '10', version: 1 });
  });

  it('O17: lets the customer buy again after it failed', async () => {
    await createCustomer(brim, 'again');
    const failed = await payLater('again', '200');
    await decideDelayedPayment(failed.checkoutUrl, 'fail');
    await untilStatus(brim, failed.purchase.id, 'FAILED');
    const next = await topUp('again', '200');
    expect(next.purchase.id).not.toBe(failed.purchase.id);
    await answerPage(next.checkoutUrl);
    await untilStatus(brim, next.purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'again')).toMatchObject({ remaining: '210' });
  });

  it('lets the customer buy more of the same while it is processing', async () => {
    await createCustomer(brim, 'meanwhile');
    const slow = await payLater('meanwhile', '200');
    const quick = await topUp('meanwhile', '200');
    expect(quick).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { status: 'PENDING' } });
    expect(quick.purchase.id).not.toBe(slow.purchase.id);
    // The open page is still the only one: the same attach gets the same URL.
    expect(await topUp('meanwhile', '200')).toMatchObject({
      checkoutUrl: quick.checkoutUrl,
      purchase: { id: quick.purchase.id },
    });
    await answerPage(quick.checkoutUrl);
    await untilStatus(brim, quick.purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'meanwhile')).toMatchObject({ remaining: '210' });
    await decideDelayedPayment(slow.checkoutUrl, 'succeed');
    await untilStatus(brim, slow.purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'meanwhile')).toMatchObject({ remaining: '410' });
  });

  it('sends the customer on to the app once it is processing', async () => {
    await createCustomer(brim, 'sent_on');
    const successUrl = 'https://app.example/thanks';
    const { checkoutUrl } = await attach(brim, {
      customerId: 'sent_on',
      planId: 'top_up',
      featureQuantities: wanting('100'),
      successUrl,
    });
    const { headers } = await answerPage(checkoutUrl, 'pay_later');
    const back = await fetch(headers.get('location') ?? '', { redirect: 'manual' });
    expect([back.status, back.headers.get('location')]).toEqual([303, successUrl]);
    expect(await balanceOf(brim, 'sent_on')).toMatchObject({ remaining: '10' });
  });
});
