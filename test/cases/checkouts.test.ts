import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { answerPage, attach, balanceOf, createCustomer, findPurchase, openShop, untilStatus, wanting } from '../support/shop.ts';

describe('a checkout page', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  const topUp = (customerId: string, quantity: string, more: Record<string, unknown> = {}) =>
    attach(brim, { customerId, planId: 'top_up', featureQuantities: wanting(quantity), ...more });

  async function statusesOf(customerId: string): Promise<string[]> {
    const { customer } = await brim.data(
      'query ($id: ID!) { customer(id: $id) { purchases { nodes { status plan { id } } } } }',
      { id: customerId },
    );
    return customer.purchases.nodes
      .filter(({ plan }: { plan: { id: string } }) => plan.id === 'top_up')
      .map(({ status }: { status: string }) => status)
      .sort();
  }

  it('CL1: gets one URL and one purchase from the same attach twice before paying', async () => {
    await createCustomer(brim, 'cl1');
    const first = await topUp('cl1', '100');
    // 60 are rounded up to 100, so this is the same purchase.
    for (const again of [await topUp('cl1', '100'), await topUp('cl1', '60')]) {
      expect(again.purchase.id).toBe(first.purchase.id);
      expect(again.checkoutUrl).toBe(first.checkoutUrl);
    }
    expect(await statusesOf('cl1')).toEqual(['PENDING']);
  });

  it('CL1: gets one URL from many clicks at once', async () => {
    await createCustomer(brim, 'cl1_race');
    const clicks = await Promise.all(Array.from({ length: 8 }, () => topUp('cl1_race', '200')));
    expect(new Set(clicks.map(({ checkoutUrl }) => checkoutUrl))).toEqual(new Set([clicks[0].checkoutUrl]));
    expect(clicks[0].checkoutUrl).toMatch(/^http/);
    expect(await statusesOf('cl1_race')).toEqual(['PENDING']);
  });

  it('CL2: gets a new URL for another quantity before paying, and the old page can no longer be paid', async () => {
    await createCustomer(brim, 'cl2');
    const old = await topUp('cl2', '100');
    const next = await topUp('cl2', '200');
    expect(next.checkoutUrl).not.toBe(old.checkoutUrl);
    expect(await findPurchase(brim, old.purchase.id)).toMatchObject({ status: 'EXPIRED', checkoutUrl: null });
    expect((await answerPage(old.checkoutUrl)).status).toBe(409);
    expect((await answerPage(next.checkoutUrl)).status).toBe(303);
    await untilStatus(brim, next.purchase.id, 'ACTIVE');
    expect((await answerPage(old.checkoutUrl)).status).toBe(409);
    expect(await balanceOf(brim, 'cl2')).toMatchObject({ remaining: '210' });
    expect(await statusesOf('cl2')).toEqual(['ACTIVE', 'EXPIRED']);
  });

  it('CL2: is the only one that can be paid after attaches of two quantities at once', async () => {
    await createCustomer(brim, 'cl2_race');
    const attached = await Promise.all([topUp('cl2_race', '100'), topUp('cl2_race', '200')]);
    // A caller whose page was replaced before the answer has no URL.
    const open = attached.filter(({ checkoutUrl }) => checkoutUrl !== null);
    const answers = await Promise.all(open.map(({ checkoutUrl }) => answerPage(checkoutUrl)));
    const paid = open.filter((_, index) => answers[index]?.status === 303);
    expect(paid).toHaveLength(1);
    const [winner] = paid;
    await untilStatus(brim, winner.purchase.id, 'ACTIVE');
    expect(await statusesOf('cl2_race')).toEqual(['ACTIVE', 'EXPIRED']);
    expect((await balanceOf(brim, 'cl2_race')).remaining).toBe(winner === attached[0] ? '110' : '210');
  });

  it('CL2: counts where the customer paid the old page first, and the next attach is another purchase', async () => {
    await createCustomer(brim, 'cl2_paid');
    const old = await topUp('cl2_paid', '100');
    await answerPage(old.checkoutUrl);
    const next = await topUp('cl2_paid', '200');
    expect(next.purchase).toMatchObject({ status: 'PENDING' });
    expect(next.purchase.id).not.toBe(old.purchase.id);
    await untilStatus(brim, old.purchase.id, 'ACTIVE');
    await answerPage(next.checkoutUrl);
    await untilStatus(brim, next.purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'cl2_paid')).toMatchObject({ remaining: '310' });
  });

  it('has no URL once it is paid, and accepts no second payment', async () => {
    await createCustomer(brim, 'paid');
    const { checkoutUrl, purchase } = await topUp('paid', '100');
    expect(purchase.checkoutUrl).toBe(checkoutUrl);
    await answerPage(checkoutUrl);
    expect(await untilStatus(brim, purchase.id, 'ACTIVE')).toMatchObject({
      checkoutUrl: null,
      failureReason: null,
      settledAt: expect.any(String),
    });
    expect((await answerPage(checkoutUrl)).status).toBe(409);
    expect(await balanceOf(brim, 'paid')).toMatchObject({ remaining: '110' });
  });

  it('lets a customer whose card is declined try again with a good one', async () => {
    await createCustomer(brim, 'declined');
    const { checkoutUrl, purchase } = await topUp('declined', '100');
    const declined = await answerPage(checkoutUrl, 'decline');
    expect(declined.status).toBe(402);
    expect(await declined.text()).toContain('Your card was declined.');
    expect(await findPurchase(brim, purchase.id)).toMatchObject({ status: 'PENDING', checkoutUrl });
    expect((await answerPage(checkoutUrl, 'pay')).status).toBe(303);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'declined')).toMatchObject({ remaining: '110' });
  });

  it('sends a customer who cancels to the app’s URL, and stays open', async () => {
    await createCustomer(brim, 'canceled');
    const cancelUrl = 'https://app.example/plans?canceled=1';
    const { checkoutUrl, purchase } = await topUp('canceled', '100', { cancelUrl });
    const answer = await answerPage(checkoutUrl, 'cancel');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, cancelUrl]);
    expect(await topUp('canceled', '100', { cancelUrl })).toMatchObject({ checkoutUrl, purchase: { id: purchase.id } });
    expect(await balanceOf(brim, 'canceled')).toMatchObject({ remaining: '10' });
  });

  it('sends a customer who cancels to our own page, where the app names none', async () => {
    await createCustomer(brim, 'canceled_here');
    const { checkoutUrl } = await topUp('canceled_here', '100');
    const { headers } = await answerPage(checkoutUrl, 'cancel');
    const page = await fetch(headers.get('location') ?? '');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Nothing was charged');
  });
});
