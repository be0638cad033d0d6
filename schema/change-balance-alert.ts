import type { BalanceAlert } from '../src/alerts/model/alert.ts';
import { BalanceAlertNotFoundError } from '../src/alerts/model/errors.ts';
import {
  CustomerNotFoundError,
  FeatureNotFoundError,
  InvalidInputError,
} from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { BalanceAlertObject } from './balance-alert.ts';
import { builder } from './builder.ts';

const SetBalanceAlertInput = builder.inputType('SetBalanceAlertInput', {
  description: 'What a balance must fall below. Give one of `below` and `belowPercentage`.',
  fields: (t) => ({
    customerId: t.id({ description: 'For this customer only. Left out: for every customer.' }),
    featureId: t.id({
      required: true,
      description: 'The feature whose balances are looked at: any but a boolean one.',
    }),
    below: t.field({
      type: 'Decimal',
      description: 'An amount, not negative. "0" tells of a balance that goes below zero.',
    }),
    belowPercentage: t.int({
      description: 'A percentage of what was granted and still counts: 1 to 100.',
    }),
  }),
});

const SetBalanceAlertSuccess = builder
  .objectRef<{ balanceAlert: BalanceAlert }>('SetBalanceAlertSuccess')
  .implement({
    description: 'The alert is set from now on.',
    fields: (t) => ({
      balanceAlert: t.field({
        type: BalanceAlertObject,
        description: 'The alert: an earlier one, if it says the same.',
        resolve: ({ balanceAlert }) => ({ ...balanceAlert, about: balanceAlert.customerId }),
      }),
    }),
  });

const SetBalanceAlertPayload = builder.errorUnion('SetBalanceAlertPayload', {
  description: 'The alert, or the reason why none was set.',
  types: [SetBalanceAlertSuccess, CustomerNotFoundError, FeatureNotFoundError, InvalidInputError],
  resolveType: () => 'SetBalanceAlertSuccess',
});

const RemoveBalanceAlertInput = builder.inputType('RemoveBalanceAlertInput', {
  description: 'The alert that is to be removed.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The id of the alert.' }) }),
});

const RemoveBalanceAlertSuccess = builder
  .objectRef<{ removedId: string }>('RemoveBalanceAlertSuccess')
  .implement({
    description: 'The alert is gone, and is triggered no more.',
    fields: (t) => ({
      removedId: t.exposeID('removedId', { description: 'The id of the removed alert.' }),
    }),
  });

const RemoveBalanceAlertPayload = builder.errorUnion('RemoveBalanceAlertPayload', {
  description: 'The id of the removed alert, or the reason why none was removed.',
  types: [RemoveBalanceAlertSuccess, BalanceAlertNotFoundError, InvalidInputError],
  resolveType: () => 'RemoveBalanceAlertSuccess',
});

builder.mutationFields((t) => ({
  setBalanceAlert: t.field({
    type: SetBalanceAlertPayload,
    nullable: true,
    description:
      'Tells from now on when a balance falls below an amount or a percentage: once each time ' +
      'that an entry takes it from not below to below, in balanceChanged and as the webhook ' +
      'BALANCE_LOW. Setting the same twice sets one. There may be 50 for a customer and 50 for ' +
      'all. Other processes know it within a second. Needs a secret key.',
    args: {
      input: t.arg({
        type: SetBalanceAlertInput,
        required: true,
        description: 'What a balance must fall below.',
      }),
    },
    resolve: appOnly(async (_, { input }, { alerts }) => ({
      balanceAlert: await alerts.set(input),
    })),
  }),
  removeBalanceAlert: t.field({
    type: RemoveBalanceAlertPayload,
    nullable: true,
    description: 'Removes an alert. Needs a secret key.',
    args: {
      input: t.arg({
        type: RemoveBalanceAlertInput,
        required: true,
        description: 'Which alert is to be removed.',
      }),
    },
    resolve: appOnly((_, { input }, { alerts }) => alerts.remove(input)),
  }),
}));
