import type { PaymentReturnPolicy } from '../src/ledger/model/types.ts';
import { builder } from './builder.ts';

export const PaymentReturnPolicyEnum = builder.enumType('PaymentReturnPolicy', {
  description:
    'What becomes of units that the customer has spent already when their payment is ' +
    'refunded or disputed. What is left of them is taken back in any case.',
  values: {
    DEBT: {
      description: 'The customer owes them: `remaining` goes below zero, and what comes next pays.',
    },
    FORGIVE: { description: 'Only what is left is taken back, so nothing goes below zero.' },
    FREEZE: {
      description:
        "As DEBT, and nothing of the customer's is usable until every balance that was " +
        'taken below zero is at or above zero again.',
    },
  } satisfies Record<PaymentReturnPolicy, { description: string }>,
});
