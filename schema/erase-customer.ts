import type { Erased } from '../src/privacy/erasure.ts';
import { CustomerNotErasableError } from '../src/privacy/errors.ts';
import { CustomerNotFoundError, InvalidInputError } from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { ErrorInterface } from './error.ts';
import { HoldRef } from './hold-ref.ts';
import { PurchaseRef } from './purchase-ref.ts';

const EraseCustomerInput = builder.inputType('EraseCustomerInput', {
  description: 'The customer that is to be erased, and why.',
  fields: (t) => ({
    customerId: t.id({ required: true, description: 'The customer that is to be erased.' }),
    reason: t.string({
      description:
        'Why, in up to 500 characters, such as the number of the request. It is kept with the ' +
        'random id, so it must not say who the customer was.',
    }),
  }),
});

const EraseCustomerSuccess = builder.objectRef<Erased>('EraseCustomerSuccess').implement({
  description: 'The customer is gone, and can sign up again as a new one.',
  fields: (t) => ({
    erasedId: t.exposeID('erasedId', {
      description: 'The random id under which the numbers stand from now on.',
    }),
    complete: t.exposeBoolean('complete', {
      description:
        'False for a customer with very many entries: the rest of them follows in the ' +
        'background. Until then nobody can sign up with the id.',
    }),
  }),
});

builder.objectType(CustomerNotErasableError, {
  name: 'CustomerNotErasableError',
  description:
    'Money is on its way, or an amount is reserved. Nothing was erased: cancel or settle what is ' +
    'open first.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    customerId: t.exposeID('customerId', {
      description: 'The customer id that the request named.',
    }),
    purchases: t.field({
      type: [PurchaseRef],
      extensions: declareCost({ list: 20 }),
      description:
        'Purchases that are open or recurring, or of which money is on its way; the first 20.',
      resolve: ({ purchases }) => [...purchases],
    }),
    holds: t.field({
      type: [HoldRef],
      extensions: declareCost({ list: 20 }),
      description: 'The holds that are open; the first 20 of them.',
      resolve: ({ holds }) => [...holds],
    }),
  }),
});

const EraseCustomerPayload = builder.errorUnion('EraseCustomerPayload', {
  description: 'The random id, or the reason why nothing was erased.',
  types: [EraseCustomerSuccess, CustomerNotFoundError, CustomerNotErasableError, InvalidInputError],
  resolveType: () => 'EraseCustomerSuccess',
});

builder.mutationField('eraseCustomer', (t) =>
  t.field({
    type: EraseCustomerPayload,
    nullable: true,
    description:
      'Erases a customer for good: name, email, metadata, properties, reasons and keys are gone, ' +
      'the id is replaced by a random one everywhere, its tokens and subscriptions end, and ' +
      'Stripe deletes its customer. The numbers stay. It is refused while a purchase, payment, ' +
      'refund, dispute or hold is open. Needs a secret key.',
    args: {
      input: t.arg({
        type: EraseCustomerInput,
        required: true,
        description: 'The customer that is to be erased, and why.',
      }),
    },
    resolve: appOnly((_, { input }, { erasure }) => erasure.erase(input)),
  }),
);
