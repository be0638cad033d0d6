import { describe, expect, it } from 'vitest';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { answerPage, attach, balanceOf, createCustomer, MESSAGES } from '../support/shop.ts';
import { expectSound, until } from '../support/witness.ts';

describe('two clicks on a checkout', () => {
  const shop = openSharedShop();

  const topUp = (customerId: string, quantity: number) => ({
    customerId,
    planId: 'top_up',
    featureQuantities: [{ featureId: MESSAGES, quantity: String(quantity) }],
  });

  function purchasesOf(customerId: string): Promise<{ id: string; status: string; bought: number }[]> {
    return shop.sql.rows(
      `SELECT id, status::text, (quantities->0->>'bought')::float8 AS bought FROM purchase
       WHERE customer_id = $1 AND plan_id = 'top_up' ORDER BY bought, created_at, id`,
      [customerId],
    );
  }

  it('make one purchase and one page where two processes attach at once, twenty times', async () => {
    for (let round = 1; round <= 20; round += 1) {
      const customerId = `clicks_twice_${round}`;
      await createCustomer(shop.here, customerId);
      const answers = await Promise.all([attach(shop.there, topUp(customerId, 100)), attach(shop.here, topUp(customerId, 100))]);
      const [first] = answers;
      expect(first).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { status: 'PENDING' } });
      expect(first.checkoutUrl).toMatch(/^http/);
      expect(answers.map(({ purchase, checkoutUrl }) => [purchase.id, checkoutUrl])).toEqual(
        answers.map(() => [first.purchase.id, first.checkoutUrl]),
      );
      expect(await purchasesOf(customerId)).toEqual([{ id: first.purchase.id, status: 'PENDING', bought: 100 }]);
      const [pages] = await shop.sql.rows<{ open: number }>(
        `SELECT count(*)::int AS open FROM stripe_sandbox.object WHERE kind = 'checkout' AND body #>> '{session,metadata,brim_purchase_id}' = $1`,
        [first.purchase.id],
      );
      expect(pages?.open).toBe(1);
    }
  });

  it('pay once where both pay at once', async () => {
    const customerId = 'pays_twice';
    await createCustomer(shop.here, customerId);
    const { checkoutUrl } = await attach(shop.there, topUp(customerId, 100));
    const clicks = await Promise.all([answerPage(checkoutUrl), answerPage(checkoutUrl), answerPage(checkoutUrl)]);
    expect(clicks.map((click) => click.status).sort()).toEqual([303, 409, 409]);
    await until(async () => expect(await balanceOf(shop.here, customerId)).toMatchObject({ remaining: '110' }));
    expect((await expectSound(shop.sql, customerId)).map((entry) => entry.amount)).toEqual([10, 100]);
  });

  it('open another page for another quantity, and the old one can no longer be paid', async () => {
    const customerId = 'thinks_again';
    await createCustomer(shop.here, customerId);
    const old = await attach(shop.there, topUp(customerId, 100));
    const next = await attach(shop.here, topUp(customerId, 200));
    expect(next.purchase.id).not.toBe(old.purchase.id);
    expect(next.checkoutUrl).not.toBe(old.checkoutUrl);
    expect((await answerPage(old.checkoutUrl)).status).toBe(409);
    expect((await answerPage(next.checkoutUrl)).status).toBe(303);
    await until(async () => expect(await balanceOf(shop.there, customerId)).toMatchObject({ remaining: '210' }));
    expect(await purchasesOf(customerId)).toEqual([
      { id: old.purchase.id, status: 'EXPIRED', bought: 100 },
      { id: next.purchase.id, status: 'ACTIVE', bought: 200 },
    ]);
  });

  it('lose no payment where another quantity comes while the first page is being paid: the first is activated or expires', async () => {
    for (let round = 1; round <= 10; round += 1) {
      const customerId = `pays_and_thinks_again_${round}`;
      await createCustomer(shop.here, customerId);
      const old = await attach(shop.there, topUp(customerId, 100));
      // The attach starts more round trips earlier each time, so the payment comes before, between
      // and after its steps.
      const pay = async () => {
        for (let trips = 0; trips < round - 1; trips += 1) await fetch(`${shop.there.url}/health`);
        return answerPage(old.checkoutUrl);
      };
      const [next, { status }] = await Promise.all([attach(shop.here, topUp(customerId, 200)), pay()]);
      const isPaid = status === 303;
      if (!isPaid) expect(status).toBe(409);

      expect(next).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { status: 'PENDING' } });
      expect(next.purchase.id).not.toBe(old.purchase.id);
      await until(async () =>
        expect(await purchasesOf(customerId)).toEqual([
          { id: old.purchase.id, status: isPaid ? 'ACTIVE' : 'EXPIRED', bought: 100 },
          { id: next.purchase.id, status: 'PENDING', bought: 200 },
        ]),
      );
      expect((await answerPage(old.checkoutUrl)).status).toBe(409);
      expect((await answerPage(next.checkoutUrl)).status).toBe(303);
      const bought = isPaid ? [100, 200] : [200];
      await until(async () =>
        expect((await expectSound(shop.sql, customerId)).map((entry) => entry.amount)).toEqual([10, ...bought]),
      );
    }
  });

  it('make a second purchase while a delayed payment is processing, and both are granted', async () => {
    const customerId = 'pays_later';
    await createCustomer(shop.here, customerId);
    const delayed = await attach(shop.there, topUp(customerId, 100));
    expect((await answerPage(delayed.checkoutUrl, 'pay_later')).status).toBe(303);
    await until(async () => {
      const [row] = await shop.sql.rows('SELECT processing FROM purchase WHERE id = $1', [delayed.purchase.id]);
      expect(row).toEqual({ processing: true });
    });
    const answers = await Promise.all([attach(shop.there, topUp(customerId, 100)), attach(shop.here, topUp(customerId, 100))]);
    const [next] = answers;
    expect(answers.map(({ purchase }) => purchase?.id)).toEqual([next.purchase.id, next.purchase.id]);
    expect(next.purchase.id).not.toBe(delayed.purchase.id);
    expect((await answerPage(next.checkoutUrl)).status).toBe(303);
    expect((await fetch(`${delayed.checkoutUrl}/settle`, { method: 'POST', redirect: 'manual' })).status).toBe(303);
    await until(async () => expect(await balanceOf(shop.here, customerId)).toMatchObject({ remaining: '210' }));
    expect((await purchasesOf(customerId)).map((purchase) => purchase.status)).toEqual(['ACTIVE', 'ACTIVE']);
  });
});
