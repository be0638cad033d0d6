import { type Voided, voidGrant } from '../src/balances/void-grant.ts';
import { GrantNotFoundError } from '../src/ledger/model/errors.ts';
import { InvalidInputError } from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { BalanceObject } from './balance.ts';
import { builder } from './builder.ts';
import { ErrorInterface } from './error.ts';
import { GrantObject } from './grant.ts';
import { LedgerEntryObject } from './ledger-entry.ts';

builder.objectType(GrantNotFoundError, {
  name: 'GrantNotFoundError',
  description: 'There is no grant with this id.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    grantId: t.exposeID('grantId', { description: 'The grant id that the request named.' }),
  }),
});

const VoidGrantInput = builder.inputType('VoidGrantInput', {
  description: 'The grant to end, and why.',
  fields: (t) => ({
    grantId: t.id({
      required: true,
      description: 'The id of the grant to end. An overdraft cannot be ended.',
    }),
    reason: t.string({
      description: 'Why, in up to 500 characters. The ledger keeps it, for your app only.',
    }),
  }),
});

const VoidGrantSuccess = builder.objectRef<Voided>('VoidGrantSuccess').implement({
  description: 'The grant has ended, by this request or by an earlier one.',
  fields: (t) => ({
    grant: t.expose('grant', { type: GrantObject, description: 'The grant as it is now.' }),
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      description: 'The ledger entry that ended the grant: an earlier one if it was voided before.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description:
        'The balance as the request left it. If the grant was voided before, as it is ' + 'now.',
    }),
  }),
});

const VoidGrantPayload = builder.errorUnion('VoidGrantPayload', {
  description: 'The grant that was ended, or the reason why it was not.',
  types: [VoidGrantSuccess, GrantNotFoundError, InvalidInputError],
  resolveType: () => 'VoidGrantSuccess',
});

builder.mutationField('voidGrant', (t) =>
  t.field({
    type: VoidGrantPayload,
    nullable: true,
    description:
      'Ends a grant early. What is left of it is gone, and what was used of it no ' +
      'longer counts. What open holds reserve of it stays until they end. Voiding it ' +
      'again changes nothing. Needs a secret key.',
    args: {
      input: t.arg({
        type: VoidGrantInput,
        required: true,
        description: 'The grant to end, and why.',
      }),
    },
    resolve: appOnly((_, { input }, context) => voidGrant(context, input)),
  }),
);
