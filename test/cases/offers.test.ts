import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { answerPage, attach, createCustomer, createFeature, createPlan, prepaid, untilStatus, wanting } from '../support/shop.ts';

const SPARKS = 'sparks';

/** The offers to a customer who has no balance, and whether they can be bought at their price. */
describe('an offer', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
    await createFeature(brim, SPARKS);
    for (const [id, price] of [
      ['cents', { ...prepaid('0.05', '1'), maxPurchase: '100' }],
      ['dollars', prepaid('1', '10')],
      ['never_enough', { ...prepaid('0.05', '1'), maxPurchase: '19' }],
      ['yen', prepaid('30', '10', 'jpy')],
      ['euros', prepaid('2', '10', 'eur')],
    ] as const) {
      await createPlan(brim, { id, addOn: true, items: [{ featureId: SPARKS, price }] });
    }
  });
  afterAll(() => brim.close());

  type Offer = { plan: { id: string }; quantity: string; price: { amount: string; currency: string } };

  async function offersFor(customerId: string, required: string): Promise<readonly Offer[]> {
    const { check } = await brim.data(
      `query ($customerId: ID!, $required: Decimal) { check(input: { customerId: $customerId, featureId: "${SPARKS}", required: $required }) {
        offers { plan { id } quantity price { amount currency } }
      } }`,
      { customerId, required },
    );
    return check.offers;
  }
  const inWords = (offers: readonly Offer[]) =>
    offers.map(({ plan, quantity, price }) => `${plan.id}: ${quantity} for ${price.amount} ${price.currency}`);

  it('rises to the smallest quantity that can be charged, and is left out where none can', async () => {
    await createCustomer(brim, 'small');
    expect(inWords(await offersFor('small', '3'))).toEqual([
      'euros: 10 for 2 eur',
      'yen: 20 for 60 jpy',
      'cents: 10 for 0.5 usd',
      'never_enough: 10 for 0.5 usd',
      'dollars: 10 for 1 usd',
    ]);
    expect(inWords(await offersFor('small', '50'))).toEqual([
      'euros: 50 for 10 eur',
      'yen: 50 for 150 jpy',
      'cents: 50 for 2.5 usd',
      'dollars: 50 for 5 usd',
    ]);
  });

  it('can be bought at the offered price', async () => {
    await createCustomer(brim, 'buyer');
    for (const { plan, quantity, price } of await offersFor('buyer', '3')) {
      const attached = await attach(brim, { customerId: 'buyer', planId: plan.id, featureQuantities: wanting(quantity, SPARKS) });
      expect(attached).toMatchObject({ checkoutUrl: expect.any(String), purchase: { total: price } });
    }
  });

  it('comes first in the currency in which the customer last paid; other currencies are not compared', async () => {
    await createCustomer(brim, 'tokyo');
    const { checkoutUrl, purchase } = await attach(brim, {
      customerId: 'tokyo',
      planId: 'yen',
      featureQuantities: wanting('20', SPARKS),
    });
    await answerPage(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    // A page that stays open is no payment.
    await attach(brim, { customerId: 'tokyo', planId: 'euros', featureQuantities: wanting('20', SPARKS) });
    expect(inWords(await offersFor('tokyo', '25'))).toEqual([
      'yen: 20 for 60 jpy',
      'euros: 10 for 2 eur',
      'cents: 10 for 0.5 usd',
      'never_enough: 10 for 0.5 usd',
      'dollars: 10 for 1 usd',
    ]);
  });
});
