import type { Customer } from '../src/customers/customers.ts';
import { CustomerNotFoundError, InvalidInputError } from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';

const CreateCustomerInput = builder.inputType('CreateCustomerInput', {
  description: 'A customer to get or make.',
  fields: (t) => ({
    id: t.id({ required: true, description: "The app's own id: 1 to 200 visible characters." }),
    name: t.string({ description: 'For people.' }),
    email: t.string({
      description: 'Told to the payment provider, which sends receipts there if it sends any.',
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: "The app's own facts, at most 16 KiB. Taken only when the customer is made.",
    }),
  }),
});

const UpdateCustomerInput = builder.inputType('UpdateCustomerInput', {
  description: 'What changes; what is left out stays, null clears.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Which customer.' }),
    name: t.string({ description: 'For people.' }),
    email: t.string({
      description: 'Told to the payment provider, which sends receipts there if it sends any.',
    }),
    metadata: t.field({ type: 'JSONObject', description: "The app's own facts, all of them." }),
  }),
});

const CreateCustomerSuccess = builder
  .objectRef<{ customer: Customer; created: boolean }>('CreateCustomerSuccess')
  .implement({
    description: 'The customer is there.',
    fields: (t) => ({
      customer: t.expose('customer', {
        type: CustomerRef,
        description: 'The customer, new or not.',
      }),
      created: t.exposeBoolean('created', { description: 'True where this call made it.' }),
    }),
  });

const UpdateCustomerSuccess = builder
  .objectRef<{ customer: Customer }>('UpdateCustomerSuccess')
  .implement({
    description: 'The customer is changed.',
    fields: (t) => ({
      customer: t.expose('customer', { type: CustomerRef, description: 'As it is now.' }),
    }),
  });

const CreateCustomerPayload = builder.errorUnion('CreateCustomerPayload', {
  description: 'What came of createCustomer.',
  types: [CreateCustomerSuccess, InvalidInputError],
  resolveType: () => 'CreateCustomerSuccess',
});

const UpdateCustomerPayload = builder.errorUnion('UpdateCustomerPayload', {
  description: 'What came of updateCustomer.',
  types: [UpdateCustomerSuccess, CustomerNotFoundError, InvalidInputError],
  resolveType: () => 'UpdateCustomerSuccess',
});

builder.mutationFields((t) => ({
  createCustomer: t.field({
    type: CreateCustomerPayload,
    nullable: true,
    description:
      'Gets or creates: one that is there is returned, with missing name and email filled in. A new one gets the auto-enabled plans, once, however many calls race.',
    args: { input: t.arg({ type: CreateCustomerInput, required: true, description: 'Whom.' }) },
    resolve: appOnly((_, { input }, { customers }) => customers.create(input)),
  }),
  updateCustomer: t.field({
    type: UpdateCustomerPayload,
    nullable: true,
    description: 'Changes what is given.',
    args: {
      input: t.arg({ type: UpdateCustomerInput, required: true, description: 'What changes.' }),
    },
    resolve: appOnly(async (_, { input }, { customers }) => ({
      customer: await customers.update(input),
    })),
  }),
}));
