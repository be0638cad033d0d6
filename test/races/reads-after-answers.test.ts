/** No read may see less than what its caller was answered before. */
import { expect, it } from 'vitest';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { check, createCustomer, grant, MESSAGES, track } from '../support/shop.ts';

const CUSTOMERS = 8;
const ROUNDS = 20;

const shop = openSharedShop();

it('a read that follows an answered write sees it, in either process, beside other reads', async () => {
  const { here, there } = shop;
  const READ = `query ($id: ID!) { customer(id: $id) { sequence balance(featureId: "${MESSAGES}") { version remaining }
    balances { version grants { remaining } ledger(first: 1) { nodes { sequence } } } } }`;

  const live = async (customerId: string) => {
    await createCustomer(here, customerId);
    await grant(there, { customerId, amount: '90' });
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { balance } = await track(round % 2 === 0 ? here : there, { customerId, value: '1' });
      expect(balance.remaining).toBe(String(100 - round));
      const [checked, ...read] = await Promise.all([
        check(round % 3 === 0 ? here : there, { customerId, featureId: MESSAGES, required: '1' }),
        here.data(READ, { id: customerId }),
        there.data(READ, { id: customerId }),
      ]);
      expect(checked.balance).toMatchObject({ remaining: balance.remaining });
      for (const { customer } of read) {
        expect(customer.sequence).toBe(balance.version);
        expect(customer.balance).toEqual({ remaining: balance.remaining, version: balance.version });
        expect(customer.balances).toMatchObject([
          { version: balance.version, ledger: { nodes: [{ sequence: balance.version }] } },
        ]);
      }
    }
  };
  await Promise.all(Array.from({ length: CUSTOMERS }, (_, index) => live(`reader-${index}`)));
});
