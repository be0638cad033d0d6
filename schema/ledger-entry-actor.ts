import { readMadeBy } from '../src/access/made-by.ts';
import { hideFromCustomers } from './access.ts';
import { builder } from './builder.ts';
import { LedgerEntryObject } from './ledger-entry.ts';

builder.objectFields(LedgerEntryObject, (t) => ({
  actorId: t.id({
    nullable: true,
    description:
      'The id of the secret key or customer token with which it was asked for, as in the audit ' +
      'log. Null if Brim did it by itself, and for customer tokens.',
    resolve: ({ madeBy }, _, context) =>
      hideFromCustomers(context, readMadeBy(madeBy).actorId, null),
  }),
  requestId: t.string({
    nullable: true,
    description:
      'The request with which it was asked for: the header x-request-id of its answer. Null if ' +
      'Brim did it by itself, and for customer tokens.',
    resolve: ({ madeBy }, _, context) =>
      hideFromCustomers(context, readMadeBy(madeBy).requestId, null),
  }),
}));
