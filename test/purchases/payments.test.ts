/** Payments, refunds and disputes as they are read, and as changes of them are told. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import type { Payment } from '../../src/purchases/model/payments.ts';
import { refundableOf, returnedOf } from '../../src/purchases/model/refundable.ts';
import { insertPayments } from '../../src/purchases/tables/payments.ts';
import { decimal } from '../../src/values/decimal.ts';
import { runOn } from '../support/database-url.ts';
import { attach, createCustomer, MESSAGES, openShop } from '../support/shop.ts';

const usd = (amount: string) => ({ amount: decimal(amount), currency: 'usd' });

describe('what can still be given back of a payment', () => {
  const paid = { amount: usd('20'), status: 'SUCCEEDED' } as const;
  const refund = (amount: string, status: 'PENDING' | 'SUCCEEDED' | 'FAILED') => ({ amount: usd(amount), status });

  it('is all of it at first, and nothing where it did not succeed', () => {
    expect(refundableOf(paid, [], [])).toBe(decimal('20'));
    expect(refundableOf({ ...paid, status: 'PENDING' }, [], [])).toBe(0n);
  });

  it('is less by refunds on their way or done, and by what a bank holds; not by failed refunds', () => {
    const refunds = [refund('5', 'PENDING'), refund('3.5', 'SUCCEEDED'), refund('7', 'FAILED')];
    expect(returnedOf(paid, refunds, [{ withdrawn: usd('1.25') }])).toBe(decimal('9.75'));
    expect(refundableOf(paid, refunds, [{ withdrawn: usd('1.25') }])).toBe(decimal('10.25'));
  });

  it('is never below zero, also where a bank takes back what was refunded already', () => {
    expect(refundableOf(paid, [refund('15', 'SUCCEEDED')], [{ withdrawn: usd('20') }])).toBe(0n);
  });
});

describe('a purchase', () => {
  let brim: Awaited<ReturnType<typeof openShop>>;
  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  const PURCHASE = `query ($id: ID!) { purchase(id: $id) {
    revision cancelAtPeriodEnd currentPeriodEnd refundable { amount currency }
    payments { id status amount { amount } purchase { id } customer { id } refunds { amount { amount } status } disputes { withdrawn { amount } status } }
    customer { payments(first: 1) { nodes { id } pageInfo { hasNextPage } } }
  } }`;

  it('shows its payments with their refunds and disputes, and each change of them is a revision', async () => {
    const customerId = 'pays-and-gets-back';
    await createCustomer(brim, customerId);
    const { purchase } = await attach(brim, {
      customerId,
      planId: 'top_up',
      featureQuantities: [{ featureId: MESSAGES, quantity: '200' }],
    });
    const read = async () => (await brim.data(PURCHASE, { id: purchase.id })).purchase;
    const before = await read();
    expect(before).toMatchObject({ payments: [], refundable: null, cancelAtPeriodEnd: false, currentPeriodEnd: null });

    const database = openDatabase({ url: brim.databaseUrl });
    const payment = (id: string, status: Payment['status'], createdAt: string): Payment => ({
      ...{ id, status, purchaseId: purchase.id, customerId, source: 'CHECKOUT', attempt: 1, amount: usd('20') },
      ...{ failureCode: null, failureReason: null, chargeId: `pi_${id}`, invoiceId: null, receiptUrl: null, invoiceUrl: null },
      ...{ fraudWarning: null, periodStart: null, periodEnd: null, paymentAccount: null, paymentLive: null, revision: 1 },
      ...{ createdAt: new Date(createdAt), settledAt: null },
    });
    await insertPayments(database.client, [
      payment('pay_1', 'FAILED', '2026-11-01T00:00:00.000Z'),
      payment('pay_2', 'SUCCEEDED', '2026-11-02T00:00:00.000Z'),
    ]);
    const again = await insertPayments(database.client, [payment('pay_2', 'SUCCEEDED', '2026-11-02T00:00:00.000Z')]);
    expect([...again]).toEqual([]);
    await database.close();
    await runOn(
      brim.databaseUrl,
      `INSERT INTO refund (id, payment_id, status, amount, currency, created_at) VALUES ('ref_1', 'pay_2', 'PENDING', 5, 'usd', now())`,
    );
    await runOn(
      brim.databaseUrl,
      `INSERT INTO dispute (id, payment_id, provider_id, status, amount, withdrawn, currency, opened_at)
       VALUES ('dsp_1', 'pay_2', 'du_1', 'OPEN', 15, 2.5, 'usd', now())`,
    );
    await runOn(brim.databaseUrl, `UPDATE payment SET fraud_warning = 'made with a lost card' WHERE id = 'pay_2'`);

    const after = await read();
    expect(after.revision).toBe(before.revision + 3);
    expect(after).toMatchObject({
      refundable: { amount: '12.5', currency: 'usd' },
      payments: [
        {
          id: 'pay_2',
          status: 'SUCCEEDED',
          amount: { amount: '20' },
          purchase: { id: purchase.id },
          customer: { id: customerId },
          refunds: [{ amount: { amount: '5' }, status: 'PENDING' }],
          disputes: [{ withdrawn: { amount: '2.5' }, status: 'OPEN' }],
        },
        { id: 'pay_1', status: 'FAILED', refunds: [], disputes: [] },
      ],
      customer: { payments: { nodes: [{ id: 'pay_2' }], pageInfo: { hasNextPage: true } } },
    });
  });
});
