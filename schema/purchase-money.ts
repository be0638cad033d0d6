/** The fields of a purchase that speak of its payments and of its paid periods. */
import { refundableOf } from '../src/purchases/model/refundable.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { builder } from './builder.ts';
import { fieldOf } from './field-of.ts';
import { loaded } from './lazy.ts';
import { MoneyType } from './money.ts';
import { PaymentRef } from './payment-ref.ts';
import { PurchaseRef } from './purchase-ref.ts';

builder.objectFields(PurchaseRef, (t) => ({
  charged: t.field({
    type: MoneyType,
    nullable: true,
    description:
      'What was paid in the end, with tax and less discounts; total is what was asked. Null ' +
      'until it is paid.',
    resolve: fieldOf('charged'),
  }),
  payments: t.field({
    type: [PaymentRef],
    extensions: declareCost({ list: 5 }),
    description: 'The attempts to pay for it, the newest first: at most the newest hundred.',
    resolve: async ({ id }, _, { purchases }) => [...(await purchases.payments.ofPurchase(id))],
  }),
  refundable: t.field({
    type: MoneyType,
    nullable: true,
    description:
      'How much of its payments refundPurchase can still give back; null where nothing was ' +
      'paid.',
    resolve: async ({ id }, _, { purchases: { payments } }) => {
      const paid = (await payments.ofPurchase(id)).filter(({ status }) => status === 'SUCCEEDED');
      const [first] = paid;
      if (!first) return null;
      const parts = await Promise.all(
        paid.map(async (payment) =>
          refundableOf(
            payment,
            ...(await Promise.all([
              payments.refundsOf(payment.id),
              payments.disputesOf(payment.id),
            ])),
          ),
        ),
      );
      const { currency } = first.amount;
      return { amount: parts.reduce((sum, part) => sum + part, 0n), currency };
    },
  }),
  currentPeriodStart: t.field({
    type: 'DateTime',
    nullable: true,
    description: 'When the period began that was paid last; null where nothing recurs.',
    resolve: fieldOf('currentPeriodStart'),
  }),
  currentPeriodEnd: t.field({
    type: 'DateTime',
    nullable: true,
    description:
      'When the period ends that was paid last, and the next payment is due; null where ' +
      'nothing recurs.',
    resolve: fieldOf('currentPeriodEnd'),
  }),
  cancelAtPeriodEnd: t.boolean({
    description:
      'True once a recurring purchase is canceled for the end of its period. resumePurchase ' +
      'takes that back until then.',
    resolve: async (purchase) => (await loaded(purchase)).cancelAtPeriodEnd,
  }),
}));
