import { InvalidInputError, PurchaseNotFoundError } from '../src/errors.ts';
import { declareCost } from '../src/field-cost.ts';
import type { CANCEL_TIMES } from '../src/purchases/cancel.ts';
import type { Purchase } from '../src/purchases/types.ts';
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

const CancelPurchaseInput = builder.inputType('CancelPurchaseInput', {
  description: 'Which purchase ends, and when.',
  fields: (t) => ({
    purchaseId: t.id({ required: true, description: 'Its id.' }),
    when: t.field({ type: CancelTimeEnum, required: true, description: 'NOW, or PERIOD_END.' }),
  }),
});

const CancelPurchaseSuccess = builder.objectRef<{ purchase: Purchase }>('CancelPurchaseSuccess').implement({
  description:
    'It has ended, or will end at purchase.endsAt. It is ACTIVE without endsAt where it was PENDING and the customer had paid already.',
  fields: (t) => ({
    purchase: t.expose('purchase', { type: PurchaseRef, description: 'As it stands.' }),
    balances: t.field({
      type: [BalanceObject],
      extensions: declareCost({ list: 10 }),
      description: "The customer's balances, as they stand now.",
      resolve: async ({ purchase: { customerId } }, _, { ledger }) => [...(await ledger.reads.balancesOf(customerId))],
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
      'Ends an ACTIVE purchase, or gives a PENDING one up. What an ACTIVE one includes is voided; what was bought stays, and a free plan of its group that is attached to everybody comes back. The page of a PENDING one is closed, whatever `when` says; if it is paid already, it settles instead. Twice is once.',
    args: { input: t.arg({ type: CancelPurchaseInput, required: true, description: 'Which, and when.' }) },
    resolve: appOnly(async (_, { input }, { purchases }) => ({ purchase: await purchases.cancel(input) })),
  }),
);
