import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autumnOf } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import { saveCard, stripeOf, withCard } from '../support/shop/saved-cards.ts';
import { MESSAGES, openShop, pay } from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

describe('billing.attach on a saved card, over /v1', () => {
  let brim: TestBrim;
  let sql: Sql;
  beforeAll(async () => {
    brim = await openShop();
    sql = await openSql(brim.databaseUrl);
  });
  afterAll(async () => {
    await sql?.close();
    await brim?.close();
  });

  const cards = () => ({ brim, stripe: stripeOf(brim), sql });
  const topUp = (customerId: string) => ({
    customerId,
    planId: 'top_up',
    featureQuantities: [{ featureId: MESSAGES, quantity: 200 }],
  });

  it('charges at once: the answer has the invoice, and no page', async () => {
    await withCard(cards(), 'ada');
    const autumn = autumnOf(brim);
    expect(await autumn.billing.previewAttach(topUp('ada'))).toMatchObject({ redirectToCheckout: false, total: 20 });
    expect(await autumn.billing.attach(topUp('ada'))).toMatchObject({
      customerId: 'ada',
      paymentUrl: null,
      invoice: { status: 'paid', total: 20, currency: 'usd', hostedInvoiceUrl: expect.any(String) },
    });
    expect(await autumn.check({ customerId: 'ada', featureId: MESSAGES })).toMatchObject({ allowed: true });
  });

  it('declined: says what to do, with a page on which the customer pays', async () => {
    await withCard(cards(), 'bob', 'pm_card_authenticationRequired');
    const autumn = autumnOf(brim);
    const asked = await autumn.billing.attach(topUp('bob'));
    expect(asked).toMatchObject({ requiredAction: { code: '3ds_required' }, paymentUrl: expect.any(String) });
    await pay(String(asked.paymentUrl));
    await saveCard(cards(), 'bob', 'pm_card_chargeCustomerFail');
    expect(await autumn.billing.attach(topUp('bob'))).toMatchObject({ requiredAction: { code: 'payment_failed' } });
  });
});
