import type { CANCEL_TIMES, CANCELED_STATUSES } from '../src/purchases/end/cancel-purchase.ts';
import { isHeld } from '../src/purchases/model/transitions.ts';
import type { Purchase } from '../src/purchases/model/types.ts';
import { InvalidInputError, PurchaseNotFoundError } from '../src/values/errors.ts';
import { balancesNow } from './balances-now.ts';
import { builder } from './builder.ts';
import { PurchaseRef } from './purchase-ref.ts';

const CancelTimeEnum = builder.enumType('CancelTime', {
  description: 'When a purchase that is canceled ends.',
  values: {
    NOW: { description: 'The purchase ends at once, with what it includes.' },
    PERIOD_END: {
      description:
        'A recurring purchase ends with the period that is paid, and resumePurchase takes that ' +
        'back until then. Another one ends when the longest period of what it includes does; ' +
        'refused if nothing that it includes resets.',
    },
  } satisfies Record<(typeof CANCEL_TIMES)[number], { description: string }>,
});

const CancelIfStatusEnum = builder.enumType('CancelIfStatus', {
  description: 'The status that a purchase must have to be canceled.',
  values: {
    PENDING: { description: 'Cancel only if it is not paid yet.' },
    ACTIVE: { description: 'Cancel only if it is paid, or free.' },
  } satisfies Record<(typeof CANCELED_STATUSES)[number], { description: string }>,
});

/** Tells callers what a cancel did, so that they need not work it out from the purchase. */
const CancelOutcomeEnum = builder.enumType('CancelOutcome', {
  description: 'What a cancel did to the purchase.',
  values: {
    ENDED: { description: 'The purchase has ended, by this request or by an earlier one.' },
    SCHEDULED: {
      description: 'The purchase ends at its endsAt, and the customer has it until then.',
    },
    PAID_INSTEAD: {
      description:
        'The customer paid before the payment page could be closed: the purchase is ' +
        'ACTIVE and was not canceled.',
    },
    NOT_PAYABLE: {
      description: 'The purchase is FAILED or EXPIRED: its payment page cannot be used any more.',
    },
  },
});

function outcomeOf(purchase: Purchase) {
  const { status, endsAt } = purchase;
  if (isHeld(purchase)) return endsAt ? 'SCHEDULED' : 'PAID_INSTEAD';
  return status === 'FAILED' || status === 'EXPIRED' ? 'NOT_PAYABLE' : 'ENDED';
}

const CancelPurchaseInput = builder.inputType('CancelPurchaseInput', {
  description: 'The purchase to cancel, and when it ends.',
  fields: (t) => ({
    purchaseId: t.id({ required: true, description: 'The id of the purchase to cancel.' }),
    when: t.field({
      type: CancelTimeEnum,
      required: true,
      description: 'When the purchase ends. A PENDING one ends at once in any case.',
    }),
    ifStatus: t.field({
      type: CancelIfStatusEnum,
      description:
        'Cancel only a purchase of this status. With PENDING, a purchase that the ' +
        'customer pays in the meantime is never ended, however often the request is ' +
        'repeated: the answer is an InvalidInputError, which says that it is ACTIVE. Left ' +
        'out: cancel in either status.',
    }),
    reason: t.string({
      description: 'Why it is canceled, for the audit log: at most 500 characters.',
    }),
  }),
});

const CancelPurchaseSuccess = builder
  .objectRef<{ purchase: Purchase }>('CancelPurchaseSuccess')
  .implement({
    description:
      'The purchase has ended, will end, or was paid before its payment page could be ' +
      'closed: `outcome` says which.',
    fields: (t) => ({
      outcome: t.field({
        type: CancelOutcomeEnum,
        description: 'What the cancel did: ended the purchase, set its end, or neither.',
        resolve: ({ purchase }) => outcomeOf(purchase),
      }),
      purchase: t.expose('purchase', {
        type: PurchaseRef,
        description: 'The purchase as it is after the request.',
      }),
      balances: t.field(balancesNow),
    }),
  });

const CancelPurchasePayload = builder.errorUnion('CancelPurchasePayload', {
  description: 'The purchase, or the reason why it was not canceled.',
  types: [CancelPurchaseSuccess, PurchaseNotFoundError, InvalidInputError],
  resolveType: () => 'CancelPurchaseSuccess',
});

builder.mutationField('cancelPurchase', (t) =>
  t.field({
    type: CancelPurchasePayload,
    nullable: true,
    description:
      'Cancels a purchase. An ACTIVE one ends now or with its period: what it includes, or gives ' +
      'with each payment, is voided, what was bought once stays, and another plan of its group ' +
      'with autoEnable comes back. It is not charged any more. A PENDING one is given up and ' +
      'its payment page closed, whatever `when` says. If the customer has paid already, it ' +
      'becomes ACTIVE instead, and ' +
      'canceling it again would end it: set `ifStatus` to prevent that. Canceling a ' +
      'canceled purchase changes nothing. A customer token cancels, of its own customer, what ' +
      'recurs, with PERIOD_END, and what is not paid yet.',
    args: {
      input: t.arg({
        type: CancelPurchaseInput,
        required: true,
        description: 'The purchase to cancel, and when.',
      }),
    },
    resolve: async (_, { input }, { actor, purchases }) => ({
      purchase: await purchases.cancelAs(actor, input),
    }),
  }),
);
