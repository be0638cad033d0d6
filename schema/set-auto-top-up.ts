import type { AutoTopUp } from '../src/top-ups/model/types.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  InvalidInputError,
  PlanNotFoundError,
} from '../src/values/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { readCustomerId, whoSetsAutoTopUps } from './access.ts';
import { AutoTopUpRef } from './auto-top-up.ts';
import { builder } from './builder.ts';
import { MoneyInput } from './money.ts';

const SetAutoTopUpInput = builder.inputType('SetAutoTopUpInput', {
  description: 'Whose balance of what is topped up, when, and within which bound.',
  fields: (t) => ({
    customerId: t.id({
      required: true,
      description: 'The customer who pays, and whose balance it is.',
    }),
    featureId: t.id({ required: true, description: 'The feature whose balance is watched.' }),
    planId: t.id({
      required: true,
      description:
        'What is bought: a plan that sells the feature in packs, and charges nothing again by ' +
        'itself. A base plan only if the customer has it. A customer token may name those that it ' +
        'may attach.',
    }),
    threshold: t.field({
      type: 'Decimal',
      required: true,
      description: 'Brim tops up where so much remains, or less: zero or above.',
    }),
    quantity: t.field({
      type: 'Decimal',
      required: true,
      description: 'What one top-up buys at least, in whole packs.',
    }),
    maxPerMonth: t.field({
      type: MoneyInput,
      description:
        "The most that is charged in a calendar month, in UTC and in the plan's currency. Left " +
        'out: what five top-ups cost now.',
    }),
    enabled: t.boolean({
      defaultValue: true,
      description:
        'False switches it off, and changes nothing else of one that is there. True also ends a ' +
        'suspension.',
    }),
  }),
});

const SetAutoTopUpSuccess = builder
  .objectRef<{ autoTopUp: AutoTopUp }>('SetAutoTopUpSuccess')
  .implement({
    description: 'The auto top-up is set.',
    fields: (t) => ({
      autoTopUp: t.expose('autoTopUp', {
        type: AutoTopUpRef,
        description: 'The auto top-up as it is now: CHARGING if too little remains already.',
      }),
    }),
  });

const SetAutoTopUpPayload = builder.errorUnion('SetAutoTopUpPayload', {
  description: 'The auto top-up, or the reason why it was not set.',
  types: [
    SetAutoTopUpSuccess,
    CustomerNotFoundError,
    FeatureNotFoundError,
    PlanNotFoundError,
    InvalidInputError,
  ],
  resolveType: () => 'SetAutoTopUpSuccess',
});

builder.subscriptionField('autoTopUpsChanged', (t) =>
  t.field({
    type: [AutoTopUpRef],
    extensions: declareCost({ list: 5 }),
    description:
      "Pushes a customer's auto top-ups as they are, and all of them again with each change of " +
      'what one of them does.',
    args: {
      customerId: t.arg.id({
        description:
          'The customer whose auto top-ups are pushed. May be left out with a customer token.',
      }),
    },
    subscribe: async (_, { customerId }, context) => {
      const id = readCustomerId(context, customerId);
      if (!(await context.customers.find(id))) throw new CustomerNotFoundError(id);
      return context.feed.autoTopUpChanges(id, () => context.topUps.ofCustomer(id));
    },
    resolve: (autoTopUps) => [...autoTopUps],
  }),
);

builder.mutationField('setAutoTopUp', (t) =>
  t.field({
    type: SetAutoTopUpPayload,
    nullable: true,
    description:
      'Sets at which balance Brim buys more by itself, with the payment method that the customer ' +
      'has saved. It charges at once if too little remains already. At most ten times a day, and ' +
      'never more in a month than maxPerMonth. A declined charge is tried again after 1 and 6 ' +
      'hours; the third in a row suspends it, and one for which the bank wants to ask the customer ' +
      'does so at once. Needs a secret key, or a customer token with canSetAutoTopUp.',
    args: {
      input: t.arg({
        type: SetAutoTopUpInput,
        required: true,
        description: 'The customer and the feature, and what is set.',
      }),
    },
    resolve: whoSetsAutoTopUps(async (_, { input }, context) => {
      readCustomerId(context, input.customerId);
      return { autoTopUp: await context.topUps.set(context.actor, input) };
    }),
  }),
);
