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
  description: 'There is no such grant.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    grantId: t.exposeID('grantId', { description: 'The id that was asked for.' }),
  }),
});

const VoidGrantInput = builder.inputType('VoidGrantInput', {
  description: 'What to end.',
  fields: (t) => ({
    grantId: t.id({ required: true, description: 'Which grant.' }),
    reason: t.string({ description: 'Why; it stands in the ledger.' }),
  }),
});

const VoidGrantSuccess = builder.objectRef<Voided>('VoidGrantSuccess').implement({
  description: 'It has ended.',
  fields: (t) => ({
    grant: t.expose('grant', { type: GrantObject, description: 'The grant, as it stands now.' }),
    entry: t.expose('entry', {
      type: LedgerEntryObject,
      description: 'What ended it: an earlier one where it was voided before.',
    }),
    balance: t.expose('balance', {
      type: BalanceObject,
      description: 'The balance right after; where the grant was voided before, as it stands now.',
    }),
  }),
});

const VoidGrantPayload = builder.errorUnion('VoidGrantPayload', {
  description: 'What came of voidGrant.',
  types: [VoidGrantSuccess, GrantNotFoundError, InvalidInputError],
  resolveType: () => 'VoidGrantSuccess',
});

builder.mutationField('voidGrant', (t) =>
  t.field({
    type: VoidGrantPayload,
    nullable: true,
    description:
      'Ends a grant early: what is left of it is gone, and what was used of it counts no more. What is held of it stays until the hold ' +
      'ends. Voiding it twice is voiding it once.',
    args: { input: t.arg({ type: VoidGrantInput, required: true, description: 'What to end.' }) },
    resolve: appOnly((_, { input }, context) => voidGrant(context, input)),
  }),
);
