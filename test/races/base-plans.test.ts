import { beforeAll, describe, expect, it } from 'vitest';
import { alternate, openSharedShop } from '../support/shop/two-processes.ts';
import {
  activeOf,
  answerPage,
  attach,
  balanceOf,
  cancelPurchase,
  createCustomer,
  createPlan,
  MESSAGES,
  prepaid,
  track,
  wanting,
} from '../support/shop.ts';
import { expectSound, until } from '../support/witness.ts';

const MONTHLY = { unit: 'MONTH' };
const INCLUDED: Readonly<Record<string, number>> = { writer: 1_000, team: 5_000, free: 10 };

describe.concurrent('base plans that race in two processes', () => {
  const shop = openSharedShop();
  beforeAll(async () => {
    const item = { featureId: MESSAGES, reset: MONTHLY };
    await createPlan(shop.here, { id: 'writer', items: [{ ...item, included: '1000', price: prepaid('10') }] });
    await createPlan(shop.here, { id: 'team', items: [{ ...item, included: '5000' }] });
  });

  const held = async (customerId: string): Promise<string[]> =>
    (
      await shop.sql.rows<{ plan_id: string }>(
        `SELECT plan_id FROM purchase WHERE customer_id = $1 AND status = 'ACTIVE' AND base_group IS NOT NULL`,
        [customerId],
      )
    ).map((row) => row.plan_id);

  it('a payment arrives while other plans are attached: one plan is ACTIVE with one allowance, and all that was paid for is granted', async () => {
    for (let round = 1; round <= 6; round += 1) {
      const customerId = `settles_${round}`;
      await createCustomer(shop.here, customerId);
      const featureQuantities = wanting('1200');
      const { checkoutUrl, purchase } = await attach(shop.there, { customerId, planId: 'writer', featureQuantities });
      const others = ['team', 'writer', 'team', 'free'].map((planId, index) =>
        attach(alternate(shop, index + round), {
          customerId,
          planId,
          ...(planId === 'writer' ? { featureQuantities: wanting('1000') } : {}),
        }),
      );
      await Promise.all([answerPage(checkoutUrl), ...others]);
      await until(async () => {
        const [row] = await shop.sql.rows<{ settled_at: Date | null }>('SELECT settled_at FROM purchase WHERE id = $1', [
          purchase.id,
        ]);
        expect(row?.settled_at).not.toBeNull();
      });
      const plans = await held(customerId);
      expect(plans).toHaveLength(1);
      expect(await balanceOf(shop.here, customerId)).toMatchObject({ remaining: String((INCLUDED[plans[0] ?? ''] ?? 0) + 200) });
      await expectSound(shop.sql, customerId);
    }
  });

  it('a free plan that both sides leave and take again at once gives no more than its allowance', async () => {
    const customerId = 'turns';
    await createCustomer(shop.here, customerId);
    await track(shop.here, { customerId, value: '6' });
    for (let round = 0; round < 4; round += 1) {
      const steps = ['team', 'free', 'writer', 'free', 'team'].map((planId, index) =>
        attach(alternate(shop, index + round), { customerId, planId }),
      );
      const cancels = ['team', 'writer', 'free'].map(async (planId, index) => {
        for (const id of await activeOf(shop.here, customerId, planId)) await cancelPurchase(alternate(shop, index), id, 'NOW');
      });
      await Promise.all([...steps, ...cancels]);
    }
    await attach(shop.here, { customerId, planId: 'free' });
    expect(await held(customerId)).toEqual(['free']);
    expect(await balanceOf(shop.there, customerId)).toMatchObject({ granted: '10', remaining: '4', usage: '6' });
    await expectSound(shop.sql, customerId);
  });
});
