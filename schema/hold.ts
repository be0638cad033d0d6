import { maySee } from '../src/access/actor.ts';
import { HoldNotFoundError, HoldNotOpenError } from '../src/ledger/model/errors.ts';
import { HOLD_STATUSES, type HoldStatus } from '../src/ledger/model/types.ts';
import { wholeOf } from '../src/values/unread.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';
import { ErrorInterface } from './error.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { HoldRef } from './hold-ref.ts';
import { part } from './part.ts';

const describe: Record<HoldStatus, string> = {
  OPEN: 'The amount is reserved.',
  SETTLED: 'Finished with what was really used.',
  RELEASED: 'Given back.',
  EXPIRED: 'Its time was over, and it was given back.',
};

const HoldStatusEnum = builder.enumType('HoldStatus', {
  description: 'What became of a hold.',
  values: Object.fromEntries(
    HOLD_STATUSES.map((status) => [status, { value: status, description: describe[status] }]),
  ) as {
    [Status in HoldStatus]: { value: Status; description: string };
  },
});

HoldRef.implement({
  description:
    'An amount reserved for work whose price is known only at its end. What is held can be used by nothing else, and outlives the ' +
    'reset and the expiry of its grants.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id.' }),
    customer: t.field({
      type: CustomerRef,
      description: 'Whose.',
      resolve: async (hold) => ({ id: (await wholeOf(hold)).customerId }),
    }),
    feature: t.field({
      type: FeatureObject,
      description: 'Of what.',
      resolve: async (hold, _, context) => namedFeature(context, (await wholeOf(hold)).featureId),
    }),
    amount: t.field({
      type: 'Decimal',
      description: "How much is reserved, in the feature's units.",
      resolve: part('amount'),
    }),
    status: t.field({
      type: HoldStatusEnum,
      description: 'What became of it.',
      resolve: part('status'),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When it is given back, unless it ends before.',
      resolve: part('expiresAt'),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was placed.',
      resolve: part('createdAt'),
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it ended; null while it is OPEN.',
      resolve: part('endedAt'),
    }),
    settledAmount: t.field({
      type: 'Decimal',
      nullable: true,
      description: 'What was used in the end; null unless it is SETTLED.',
      resolve: part('settledAmount'),
    }),
  }),
});

builder.objectType(HoldNotFoundError, {
  name: 'HoldNotFoundError',
  description: 'There is no such hold.',
  interfaces: [ErrorInterface],
  fields: (t) => ({ holdId: t.exposeID('holdId', { description: 'The id that was asked for.' }) }),
});

builder.objectType(HoldNotOpenError, {
  name: 'HoldNotOpenError',
  description:
    'The hold has ended: settled, released or lapsed. A hold ends once, and its outcome stands.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    hold: t.expose('hold', { type: HoldRef, description: 'The hold, which says how it ended.' }),
  }),
});

builder.queryField('hold', (t) =>
  t.field({
    type: HoldRef,
    nullable: true,
    description: 'One hold; null where there is none, or where it is not yours.',
    args: { id: t.arg.id({ required: true, description: 'Its id.' }) },
    resolve: async (_, { id }, { ledger, actor }) => {
      const hold = await ledger.reads.holdById(id);
      return hold && maySee(actor, hold.customerId) ? hold : null;
    },
  }),
);
