import type { DisputeStatus } from '../src/purchases/model/payments.ts';
import { builder } from './builder.ts';
import { fieldOf } from './field-of.ts';
import { MoneyType } from './money.ts';
import { DisputeRef } from './payment-ref.ts';

const descriptions: Record<DisputeStatus, string> = {
  OPEN: 'The bank has not decided yet. An inquiry, which moves no money, is OPEN, too.',
  WON: 'It was decided for the app, or closed without moving money.',
  LOST: 'The bank decided for the customer: the money stays with the customer.',
};

const DisputeStatusEnum = builder.enumType('DisputeStatus', {
  description: 'How far a dispute has come.',
  values: {
    OPEN: { value: 'OPEN', description: descriptions.OPEN },
    WON: { value: 'WON', description: descriptions.WON },
    LOST: { value: 'LOST', description: descriptions.LOST },
  } as const,
});

DisputeRef.implement({
  description:
    "A customer's bank asks for a payment back. What it withdraws takes back what the " +
    'payment granted, in proportion, until the dispute is won.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Made by Brim; it never changes afterwards.' }),
    amount: t.field({
      type: MoneyType,
      description: 'How much of the payment the bank disputes.',
      resolve: fieldOf('amount'),
    }),
    withdrawn: t.field({
      type: MoneyType,
      description: 'What the bank holds of it now: zero for an inquiry, and once it is won.',
      resolve: fieldOf('withdrawn'),
    }),
    status: t.field({
      type: DisputeStatusEnum,
      description: 'How far the dispute has come.',
      resolve: fieldOf('status'),
    }),
    reason: t.string({
      nullable: true,
      description: 'Why, as the bank said, such as "fraudulent"; null where it did not.',
      resolve: fieldOf('reason'),
    }),
    openedAt: t.field({
      type: 'DateTime',
      description: 'When the bank opened the dispute.',
      resolve: fieldOf('openedAt'),
    }),
    closedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was decided or closed; null while it is OPEN.',
      resolve: fieldOf('closedAt'),
    }),
  }),
});
