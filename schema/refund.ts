import type { RefundStatus } from '../src/purchases/model/payments.ts';
import { builder } from './builder.ts';
import { fieldOf } from './field-of.ts';
import { MoneyType } from './money.ts';
import { RefundRef } from './payment-ref.ts';

const descriptions: Record<RefundStatus, string> = {
  PENDING: 'It is on its way: what the payment granted in proportion is taken back already.',
  SUCCEEDED: 'The money went back to the customer.',
  FAILED: 'The money did not go back: what was taken for it is given again.',
};

const RefundStatusEnum = builder.enumType('RefundStatus', {
  description: 'How far a refund has come.',
  values: {
    PENDING: { value: 'PENDING', description: descriptions.PENDING },
    SUCCEEDED: { value: 'SUCCEEDED', description: descriptions.SUCCEEDED },
    FAILED: { value: 'FAILED', description: descriptions.FAILED },
  } as const,
});

RefundRef.implement({
  description:
    'Money given back to the customer, by refundPurchase or at the payment provider. It ' +
    'takes back what the payment granted, in proportion.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Made by Brim; it never changes afterwards.' }),
    amount: t.field({
      type: MoneyType,
      description: 'How much goes back, in the currency of the payment.',
      resolve: fieldOf('amount'),
    }),
    status: t.field({
      type: RefundStatusEnum,
      description: 'How far the refund has come; a refund can fail late.',
      resolve: fieldOf('status'),
    }),
    reason: t.string({
      nullable: true,
      description: 'Why, as whoever made the refund said; null where nobody did.',
      resolve: fieldOf('reason'),
    }),
    failureReason: t.string({
      nullable: true,
      description: 'Why the refund FAILED; null in any other status.',
      resolve: fieldOf('failureReason'),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was asked for, here or at the payment provider.',
      resolve: fieldOf('createdAt'),
    }),
  }),
});
