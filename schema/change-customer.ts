import type { Customer } from '../src/customers/customers.ts';
import { CustomerNotFoundError, InvalidInputError } from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';

const CreateCustomerInput = builder.inputType('CreateCustomerInput', {
  description: 'The customer to find or to create.',
  fields: (t) => ({
    id: t.id({
      required: true,
      description:
        'Your own id for the customer: 1 to 200 visible characters without spaces, such ' +
        'as "user_123".',
    }),
    name: t.string({
      description:
        'The name that people read, also told to the payment provider: 1 to 200 ' + 'characters.',
    }),
    email: t.string({
      description:
        'An email address of at most 320 characters. The payment provider is told it, and ' +
        'sends receipts there if it sends any.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'Facts that your app keeps with the customer. Taken only if this request creates ' +
        'the customer.',
    }),
  }),
});

const UpdateCustomerInput = builder.inputType('UpdateCustomerInput', {
  description:
    'The customer to change, and what changes. What is left out stays as it is; null ' +
    'clears it.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The id that your app gave the customer.' }),
    name: t.string({
      description:
        'The name that people read, also told to the payment provider: 1 to 200 ' +
        'characters. Null clears it.',
    }),
    email: t.string({
      description:
        'An email address of at most 320 characters. The payment provider is told it, and ' +
        'sends receipts there if it sends any. Null clears it.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description:
        'All facts that your app keeps with the customer: they replace those of before. ' +
        'Null clears them.',
    }),
    mergeMetadata: t.field({
      type: 'JSONObject',
      description:
        'The facts that change, by their keys at the top: null removes one, and the others stay. ' +
        'Leave metadata out then.',
    }),
  }),
});

const CreateCustomerSuccess = builder
  .objectRef<{ customer: Customer; created: boolean }>('CreateCustomerSuccess')
  .implement({
    description: 'The customer exists, created by this request or by an earlier one.',
    fields: (t) => ({
      customer: t.expose('customer', {
        type: CustomerRef,
        description: 'The customer, whether new or not.',
      }),
      created: t.exposeBoolean('created', {
        description: 'True if this request created the customer.',
      }),
    }),
  });

const UpdateCustomerSuccess = builder
  .objectRef<{ customer: Customer }>('UpdateCustomerSuccess')
  .implement({
    description: 'The customer is changed as the request asked.',
    fields: (t) => ({
      customer: t.expose('customer', {
        type: CustomerRef,
        description: 'The customer as it is after the change.',
      }),
    }),
  });

const CreateCustomerPayload = builder.errorUnion('CreateCustomerPayload', {
  description: 'The customer, or what was wrong with the input.',
  types: [CreateCustomerSuccess, InvalidInputError],
  resolveType: () => 'CreateCustomerSuccess',
});

const UpdateCustomerPayload = builder.errorUnion('UpdateCustomerPayload', {
  description: 'The changed customer, or the reason why nothing was changed.',
  types: [UpdateCustomerSuccess, CustomerNotFoundError, InvalidInputError],
  resolveType: () => 'UpdateCustomerSuccess',
});

builder.mutationFields((t) => ({
  createCustomer: t.field({
    type: CreateCustomerPayload,
    nullable: true,
    description:
      'Returns the customer with this id, and creates it if there is none. An existing ' +
      'customer keeps what it has, and gets the name and email that it lacks. A new one ' +
      'gets all plans with autoEnable, once, however many requests race. Needs a secret ' +
      'key.',
    args: {
      input: t.arg({
        type: CreateCustomerInput,
        required: true,
        description: 'The customer to find or to create: only its id is needed.',
      }),
    },
    resolve: appOnly((_, { input }, { customers }) => customers.create(input)),
  }),
  updateCustomer: t.field({
    type: UpdateCustomerPayload,
    nullable: true,
    description: "Changes a customer's name, email or metadata. Needs a secret key.",
    args: {
      input: t.arg({
        type: UpdateCustomerInput,
        required: true,
        description: 'The id of the customer, and what changes.',
      }),
    },
    resolve: appOnly(async (_, { input }, { customers }) => ({
      customer: await customers.update(input),
    })),
  }),
}));
