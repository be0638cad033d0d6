import {
  type Imported,
  importBalances,
  MAX_IMPORT_ROWS,
  type RefusedRow,
} from '../src/balances/import-balances.ts';
import { InvalidInputError } from '../src/values/errors.ts';
import { declareCost, lengthOf } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';

const ImportUsageInput = builder.inputType('ImportUsageInput', {
  description: 'What was used in one hour of the past.',
  fields: (t) => ({
    hour: t.field({
      type: 'DateTime',
      required: true,
      description: 'Any instant of the hour, which must be in the past.',
    }),
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: 'How much was used in that hour: above zero.',
    }),
  }),
});

const ImportRowInput = builder.inputType('ImportRowInput', {
  description: "One customer's opening balance of one feature.",
  fields: (t) => ({
    customerId: t.id({
      required: true,
      description:
        'Your own id for the customer, who is created if there is none: with the plans that ' +
        'have autoEnable, as createCustomer does it.',
    }),
    name: t.string({ description: 'The name of a customer who has none yet.' }),
    email: t.string({ description: 'The email address of a customer who has none yet.' }),
    featureId: t.id({
      required: true,
      description: 'The feature of the balance: any but a boolean one.',
    }),
    remaining: t.field({
      type: 'Decimal',
      required: true,
      description:
        'What the customer begins with, added to what plans give. Below zero: it is taken ' +
        'off the balance, which may go below zero.',
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description:
        'When what the customer begins with expires, which must be in the future. Left out: ' +
        'never.',
    }),
    usage: t.field({
      type: [ImportUsageInput],
      description:
        'What was used in past hours, up to 1,000 of them. It is added to `usage` over time ' +
        'and changes no balance.',
    }),
    reason: t.string({
      description: 'Why, in up to 500 characters. Left out: "opening balance".',
    }),
    idempotencyKey: t.string({
      required: true,
      description:
        '1 to 200 printable characters. A row with a key that the customer had before is ' +
        'not imported again.',
    }),
  }),
});

const ImportBalancesInput = builder.inputType('ImportBalancesInput', {
  description: 'The rows to import with one request.',
  fields: (t) => ({
    rows: t.field({
      type: [ImportRowInput],
      required: true,
      description: 'The opening balances, 1 to 1,000 of them.',
    }),
  }),
});

const RefusedImportRow = builder.objectRef<RefusedRow>('RefusedImportRow').implement({
  description: 'A row that was not imported, and the reason.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'The place of the row in the input, from 0.' }),
    path: t.field({
      type: ['String'],
      extensions: declareCost({ list: 3 }),
      description:
        'Where in the row its first problem is, such as ["usage", "0", "hour"]. Empty if the row ' +
        'as a whole is refused.',
      resolve: ({ path }) => [...path],
    }),
    code: t.exposeString('code', { description: 'The code of the error: see the page of errors.' }),
    message: t.exposeString('message', { description: 'Says what would be right, for people.' }),
    retryable: t.exposeBoolean('retryable', {
      description: 'True if the same row may be imported when it is sent again, with its key.',
    }),
  }),
});

const ImportBalancesSuccess = builder.objectRef<Imported>('ImportBalancesSuccess').implement({
  description: 'What came of the rows. Each is imported, replayed or refused.',
  fields: (t) => ({
    imported: t.exposeInt('imported', { description: 'How many rows this request imported.' }),
    replayed: t.exposeInt('replayed', {
      description: 'How many rows an earlier request imported, with the same keys.',
    }),
    refused: t.field({
      type: [RefusedImportRow],
      extensions: declareCost({ list: 'page' }),
      description: 'The rows that were not imported, in the order of the input.',
      resolve: ({ refused }) => [...refused],
    }),
  }),
});

const ImportBalancesPayload = builder.errorUnion('ImportBalancesPayload', {
  description: 'What came of the rows, or the reason why all of them were refused.',
  types: [ImportBalancesSuccess, InvalidInputError],
  resolveType: () => 'ImportBalancesSuccess',
});

function rowsIn(input: unknown): number {
  const rows =
    typeof input === 'object' && input !== null && 'rows' in input ? input.rows : undefined;
  return Math.min(MAX_IMPORT_ROWS, lengthOf(rows, 0));
}

builder.mutationField('importBalances', (t) =>
  t.field({
    type: ImportBalancesPayload,
    nullable: true,
    extensions: declareCost({ page: (argument) => rowsIn(argument('input')) }),
    description:
      'Takes over customers from another system: up to 1,000 opening balances, with their past ' +
      'usage. A row that is refused never affects the others. Only a value that is no decimal, ' +
      'date or id at all refuses the whole request. Needs a secret key.',
    args: {
      input: t.arg({
        type: ImportBalancesInput,
        required: true,
        description: 'The rows to import, up to 1,000 of them.',
      }),
    },
    resolve: appOnly((_, { input }, context) => importBalances(context, input.rows)),
  }),
);
