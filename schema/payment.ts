import type { PaymentStatus } from '../src/purchases/model/payments.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { builder } from './builder.ts';
import { addTotalCount } from './connection.ts';
import { CustomerRef } from './customer-ref.ts';
import { fieldOf } from './field-of.ts';
import { Lazy, loaded } from './lazy.ts';
import { MoneyType } from './money.ts';
import { DisputeRef, PaymentRef, RefundRef } from './payment-ref.ts';
import { PurchaseRef } from './purchase-ref.ts';

const descriptions: Record<PaymentStatus, string> = {
  PENDING: 'The payment provider has not said yet whether the money is there.',
  SUCCEEDED: 'The money is there, whatever was returned of it since.',
  FAILED: 'The money did not come: failureReason says why.',
};

export const PaymentStatusEnum = builder.enumType('PaymentStatus', {
  description: 'Whether the money of a payment is there.',
  values: {
    PENDING: { value: 'PENDING', description: descriptions.PENDING },
    SUCCEEDED: { value: 'SUCCEEDED', description: descriptions.SUCCEEDED },
    FAILED: { value: 'FAILED', description: descriptions.FAILED },
  } as const,
});

PaymentRef.implement({
  description:
    'One attempt to pay for a purchase: on a payment page, with a saved payment method, ' +
    'or by the invoice of a period. The next attempt is another payment.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Made by Brim; it never changes afterwards.' }),
    customer: t.field({
      type: CustomerRef,
      description: 'The customer who pays, or tried to.',
      resolve: async (payment) => ({ id: (await loaded(payment)).customerId }),
    }),
    purchase: t.field({
      type: PurchaseRef,
      description: 'The purchase that it pays for.',
      resolve: async (payment, _, { purchases }) => {
        const { purchaseId } = await loaded(payment);
        return new Lazy(purchaseId, () => purchases.find(purchaseId));
      },
    }),
    amount: t.field({
      type: MoneyType,
      description: 'What is or was charged, with tax and less discounts.',
      resolve: fieldOf('amount'),
    }),
    status: t.field({
      type: PaymentStatusEnum,
      description: 'Whether the money is there.',
      resolve: fieldOf('status'),
    }),
    failureReason: t.string({
      nullable: true,
      description: 'Why the payment FAILED, in words for the customer; null in any other status.',
      resolve: fieldOf('failureReason'),
    }),
    receiptUrl: t.string({
      nullable: true,
      description: "The payment provider's page with the receipt; null where it has none.",
      resolve: fieldOf('receiptUrl'),
    }),
    invoiceUrl: t.string({
      nullable: true,
      description: "The payment provider's page with the invoice; null where it made none.",
      resolve: fieldOf('invoiceUrl'),
    }),
    fraudWarning: t.string({
      nullable: true,
      description:
        "A bank's early warning of fraud, or why the payment provider blocked the charge; " +
        'null where there is none.',
      resolve: fieldOf('fraudWarning'),
    }),
    periodStart: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the period begins that it pays for; null where nothing recurs.',
      resolve: fieldOf('periodStart'),
    }),
    periodEnd: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the period ends that it pays for; null where nothing recurs.',
      resolve: fieldOf('periodEnd'),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the attempt to pay began.',
      resolve: fieldOf('createdAt'),
    }),
    refunds: t.field({
      type: [RefundRef],
      extensions: declareCost({ list: 5 }),
      description: 'What was given back of it, or is on its way, the oldest first.',
      resolve: async ({ id }, _, { purchases }) => [...(await purchases.payments.refundsOf(id))],
    }),
    disputes: t.field({
      type: [DisputeRef],
      extensions: declareCost({ list: 5 }),
      description: "What the customer's bank asked back of it, the oldest first.",
      resolve: async ({ id }, _, { purchases }) => [...(await purchases.payments.disputesOf(id))],
    }),
  }),
});

export const PaymentConnection = builder.connectionObject(
  {
    type: PaymentRef,
    name: 'PaymentConnection',
    description: 'A page of payments, the newest first.',
  },
  { name: 'PaymentEdge', description: 'One payment of a page, with its cursor.' },
);
addTotalCount(PaymentConnection, 'payments');
