import type { CANCEL_TIMES, CANCELED_STATUSES } from '../src/purchases/end/cancel-purchase.ts';
import type { Purchase } from '../src/purchases/model/types.ts';
import { InvalidInputError, PurchaseNotFoundError } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { PurchaseRef } from './purchase-ref.ts';

const CancelTimeEnum = builder.enumType('CancelTime', {
  description: 'When a canceled purchase ends.',
  values: {
    NOW: { description: 'At once.' },
    PERIOD_END: { description: 'When what it includes would next reset.' },
  } satisfies Record<(typeof CANCEL_TIMES)[number], { description: string }>,
});

const CancelIfStatusEnum = builder.enumType('CancelIfStatus', {
  description: 'How far a purchase must be for it to be canceled.',
  values: {
    PENDING: { description: 'Only while it is not paid.' },
    ACTIVE: { description: 'Only once it is paid, or where it is free.' },
  } satisfies Record<(typeof CANCELED_STATUSES)[number], { description: string }>,
});

/** What an answer says of a cancel, for a caller that does not want to work it out from the purchase. */
const CancelOutcomeEnum = builder.enumType('CancelOutcome', {
  description: 'What canceling did.',
  values: {
    ENDED: { description: 'It has ended.' },
    SCHEDULED: { description: 'It ends at purchase.endsAt.' },
    PAID_INSTEAD: {
      description:
        'It was paid before its page could be closed: it is ACTIVE, and was not canceled.',
    },
    NOT_PAYABLE: { description: 'It had come to nothing before: it is FAILED or EXPIRED.' },
  },
});

function outcomeOf({ status, endsAt }: Purchase) {
  if (status === 'ACTIVE') return endsAt ? 'SCHEDULED' : 'PAID_INSTEAD';
  return status === 'FAILED' || status === 'EXPIRED' ? 'NOT_PAYABLE' : 'ENDED';
}

const CancelPurchaseInput = builder.inputType('CancelPurchaseInput', {
  description: 'Which purchase ends, and when.',
  fields: (t) => ({
    purchaseId: t.id({ required: true, description: 'Its id.' }),
    when: t.field({ type: CancelTimeEnum, required: true, description: 'NOW, or PERIOD_END.' }),
    ifStatus: t.field({
      type: CancelIfStatusEnum,
      description:
        'Left out: cancels whatever it is. With PENDING a purchase that the customer pays meanwhile is never ended, however often the request is sent again: the answer is InvalidInputError, which says that it is ACTIVE.',
    }),
  }),
});

const CancelPurchaseSuccess = builder
  .objectRef<{ purchase: Purchase }>('CancelPurchaseSuccess')
  .implement({
    description:
      'It has ended, or will end, or was paid before its page could be closed: `outcome` says which.',
    fields: (t) => ({
      outcome: t.field({
        type: CancelOutcomeEnum,
        description: 'What it came to.',
        resolve: ({ purchase }) => outcomeOf(purchase),
      }),
      purchase: t.expose('purchase', { type: PurchaseRef, description: 'As it stands.' }),
      balances: t.field({
        type: [BalanceObject],
        extensions: declareCost({ list: 10 }),
        description: "The customer's balances, as they stand now.",
        resolve: async ({ purchase: { customerId } }, _, { ledger }) => [
          ...(await ledger.reads.balancesOf(customerId)),
        ],
      }),
    }),
  });

const CancelPurchasePayload = builder.errorUnion('CancelPurchasePayload', {
  description: 'What came of cancelPurchase.',
  types: [CancelPurchaseSuccess, PurchaseNotFoundError, InvalidInputError],
  resolveType: () => 'CancelPurchaseSuccess',
});

builder.mutationField('cancelPurchase', (t) =>
  t.field({
    type: CancelPurchasePayload,
    nullable: true,
    description:
      'Ends an ACTIVE purchase, or gives a PENDING one up. What an ACTIVE one includes is voided; what was bought stays, and a free plan of its group that is attached to everybody comes back. The page of a PENDING one is closed, whatever `when` says; if it is paid already, it settles instead, and canceling it again would end it: use `ifStatus` for what is not paid. Twice is once.',
    args: {
      input: t.arg({ type: CancelPurchaseInput, required: true, description: 'Which, and when.' }),
    },
    resolve: appOnly(async (_, { input }, { purchases }) => ({
      purchase: await purchases.cancel(input),
    })),
  }),
);
