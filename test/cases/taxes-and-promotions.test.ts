/** Stripe changes a total: tax is added, a promotion code takes off. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  answerPage,
  askForTopUp,
  attach,
  attachTopUp,
  balanceOf,
  createCustomer,
  findRecurring,
  MESSAGES,
  monthly,
  moveClocks,
  openShop,
  pay,
  seedAnd,
  untilRecurring,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const usd = (amount: string) => ({ amount, currency: 'usd' });
const BOTH = { allowPromotionCodes: true, collectTax: true };

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop({
    config: { testClocks: true },
    catalogue: seedAnd({ plans: [{ id: 'extra', addOn: true, items: [{ featureId: MESSAGES, price: monthly('8') }] }] }),
  });
});
afterAll(() => brim.close());

const moneyOf = async (id: string) =>
  (
    await brim.data(
      `query ($id: ID!) { purchase(id: $id) {
        status total { amount currency } charged { amount currency } refundable { amount } payments { amount { amount } status }
      } }`,
      { id },
    )
  ).purchase;

const refund = async (purchaseId: string, amount?: string) =>
  (
    await brim.data(
      `mutation ($input: RefundPurchaseInput!) { refundPurchase(input: $input) {
        ... on RefundPurchaseSuccess { purchase { status } balances { remaining } }
        ... on InvalidInputError { issues { path } } ... on Error { message }
      } }`,
      { input: { purchaseId, ...(amount === undefined ? {} : { amount: usd(amount) }) } },
    )
  ).refundPurchase;

/** A new customer with the free 10 pays for 100 at $10. */
async function buy(customerId: string, options: object, fields: Readonly<Record<string, string>> = {}) {
  const { purchaseId, checkoutUrl } = await askForTopUp(brim, customerId, '100', { ...options });
  await pay(checkoutUrl, fields);
  await untilStatus(brim, purchaseId, 'ACTIVE');
  expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '110' });
  return purchaseId;
}

describe('a payment whose total Stripe changes', () => {
  test('settles with tax; a refund takes back in proportion of what was charged', async () => {
    const purchaseId = await buy('taxed', { collectTax: true });
    expect(await moneyOf(purchaseId)).toMatchObject({
      ...{ total: usd('10'), charged: usd('12'), refundable: { amount: '12' } },
      payments: [{ amount: { amount: '12' }, status: 'SUCCEEDED' }],
    });
    expect(await refund(purchaseId, '6')).toMatchObject({ purchase: { status: 'ACTIVE' }, balances: [{ remaining: '60' }] });
    expect(await refund(purchaseId)).toMatchObject({ purchase: { status: 'REFUNDED' }, balances: [{ remaining: '10' }] });
  });

  test('settles with a promotion code, and with tax on what is left', async () => {
    const purchaseId = await buy('halved', { allowPromotionCodes: true }, { promotion_code: 'half' });
    expect(await moneyOf(purchaseId)).toMatchObject({ total: usd('10'), charged: usd('5'), refundable: { amount: '5' } });
    expect(await refund(purchaseId, '5.01')).toMatchObject({ issues: [{ path: ['amount', 'amount'] }] });
    expect(await refund(purchaseId, '2')).toMatchObject({ balances: [{ remaining: '70' }] });
    expect(await moneyOf(await buy('both', BOTH, { promotion_code: 'HALF' }))).toMatchObject({ charged: usd('6') });
  });

  test('settles where a code leaves nothing to pay, and there is nothing to give back', async () => {
    const purchaseId = await buy('gift', BOTH, { promotion_code: 'FREE' });
    expect(await moneyOf(purchaseId)).toMatchObject({ total: usd('10'), charged: usd('0'), payments: [], refundable: null });
    expect(await refund(purchaseId)).toMatchObject({ issues: [{ path: ['purchaseId'] }] });
  });

  test('is not changed by a code that is unknown, or where none is allowed', async () => {
    const { checkoutUrl } = await askForTopUp(brim, 'coded', '100', { allowPromotionCodes: true });
    expect((await answerPage(checkoutUrl, 'pay', { promotion_code: 'NONSENSE' })).status).toBe(400);
    const without = await attachTopUp(brim, 'coded', '100');
    expect(without.checkoutUrl).not.toBe(checkoutUrl);
    expect((await answerPage(without.checkoutUrl, 'pay', { promotion_code: 'HALF' })).status).toBe(400);
    await pay(without.checkoutUrl);
    await untilStatus(brim, without.purchaseId, 'ACTIVE');
    expect(await moneyOf(without.purchaseId)).toMatchObject({ charged: usd('10') });
  });

  test('settles what recurs, too: the code counts once, the tax each time', async () => {
    await createCustomer(brim, 'recurring');
    const input = { customerId: 'recurring', planId: 'extra', featureQuantities: wanting('100'), ...BOTH };
    const { purchase, checkoutUrl } = await attach(brim, input);
    await pay(checkoutUrl, { promotion_code: 'HALF' });
    await untilRecurring(brim, purchase.id, { status: 'ACTIVE', charged: usd('4.8') });
    const { currentPeriodEnd } = await findRecurring(brim, purchase.id);
    await moveClocks(brim, new Date(Date.parse(currentPeriodEnd) + 3 * 3_600_000));
    await untilRecurring(brim, purchase.id, { payments: [{ amount: usd('9.6') }, { amount: usd('4.8') }] });
    expect(await refund(purchase.id, '4.8')).toMatchObject({ balances: [{ remaining: '60' }] });
  });

  test('settles what recurs where the first payment is nothing', async () => {
    await createCustomer(brim, 'gifted');
    const input = { customerId: 'gifted', planId: 'extra', featureQuantities: wanting('100'), ...BOTH };
    const { purchase, checkoutUrl } = await attach(brim, input);
    await pay(checkoutUrl, { promotion_code: 'FREE' });
    await untilRecurring(brim, purchase.id, { status: 'ACTIVE', charged: usd('0') });
    expect(await balanceOf(brim, 'gifted')).toMatchObject({ remaining: '110' });
  });
});
