import { describe, expect, it } from 'vitest';
import { alternate, openSharedShop } from '../support/shop/two-processes.ts';
import { MESSAGES } from '../support/shop.ts';
import { expectSound } from '../support/witness.ts';

describe('a customer who gets two plans by itself', () => {
  const shop = openSharedShop();

  it('created twelve times at once over two processes is created once, with each plan once', async () => {
    await shop.there.data(`mutation { createPlan(input: {
      id: "welcome", name: "Welcome", addOn: true, autoEnable: true, items: [{ featureId: "${MESSAGES}", included: "7" }]
    }) { __typename ... on CreatePlanSuccess { plan { id } } ... on Error { message } } }`);

    for (let round = 1; round <= 5; round += 1) {
      const id = `created_at_once_${round}`;
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          alternate(shop, index).data(
            `mutation ($id: ID!) { createCustomer(input: { id: $id, name: "Ada" }) {
               __typename ... on CreateCustomerSuccess { created customer { id name balance(featureId: "${MESSAGES}") { remaining version } } }
             } }`,
            { id },
          ),
        ),
      );
      const customer = { id, name: 'Ada', balance: { remaining: '17', version: 2 } };
      const created = answers.map(({ createCustomer }) => createCustomer);
      expect(created.map((each) => each.customer)).toEqual(created.map(() => customer));
      expect(created.filter((each) => each.created)).toHaveLength(1);

      const purchases = await shop.sql.rows(
        'SELECT plan_id AS plan, status::text FROM purchase WHERE customer_id = $1 ORDER BY plan_id',
        [id],
      );
      expect(purchases).toEqual([
        { plan: 'free', status: 'ACTIVE' },
        { plan: 'welcome', status: 'ACTIVE' },
      ]);
      const entries = await expectSound(shop.sql, id);
      expect(entries.map((entry) => entry.amount).sort()).toEqual([10, 7]);
    }
  });
});
