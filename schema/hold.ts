import { maySee } from '../src/access/actor.ts';
import { HoldNotFoundError, HoldNotOpenError } from '../src/ledger/model/errors.ts';
import { HOLD_STATUSES, type HoldStatus } from '../src/ledger/model/types.ts';
import { writeCursor } from '../src/values/cursors.ts';
import { countOf, pageOf } from '../src/values/customer-page.ts';
import { builder } from './builder.ts';
import { addTotalCount, toConnection } from './connection.ts';
import { CustomerRef } from './customer-ref.ts';
import { ErrorInterface } from './error.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { fieldOf } from './field-of.ts';
import { HoldRef } from './hold-ref.ts';
import { loaded } from './lazy.ts';
import { onlyThese, pageArgs, rangeArgs } from './list-args.ts';

const descriptions: Record<HoldStatus, string> = {
  OPEN: 'The amount is reserved and waits for settleHold or releaseHold.',
  SETTLED: 'Ended by settleHold: settledAmount says how much was used.',
  RELEASED: 'Ended by releaseHold, which gave all of it back.',
  EXPIRED: 'Ended by its time: all of it was given back.',
};

const HoldStatusEnum = builder.enumType('HoldStatus', {
  description: 'Whether a hold is open, or how it ended.',
  values: Object.fromEntries(
    HOLD_STATUSES.map((status) => [status, { value: status, description: descriptions[status] }]),
  ) as {
    [Status in HoldStatus]: { value: Status; description: string };
  },
});

HoldRef.implement({
  description:
    'An amount reserved for work whose price is known only at its end. Nothing else ' +
    'can use what is held, and resets and expiries of its grants do not touch it.',
  fields: (t) => ({
    id: t.exposeID('id', {
      description: 'Identifies the hold: settleHold and releaseHold take it as holdId.',
    }),
    customer: t.field({
      type: CustomerRef,
      description: 'The customer for whom the amount is reserved.',
      resolve: async (hold) => ({ id: (await loaded(hold)).customerId }),
    }),
    feature: t.field({
      type: FeatureObject,
      description: 'The feature of which an amount is reserved.',
      resolve: async (hold, _, context) => namedFeature(context, (await loaded(hold)).featureId),
    }),
    amount: t.field({
      type: 'Decimal',
      description: 'How much is reserved, in units of `feature`, whichever balance it comes from.',
      resolve: fieldOf('amount'),
    }),
    status: t.field({
      type: HoldStatusEnum,
      description: 'Whether the hold is open, or how it ended.',
      resolve: fieldOf('status'),
    }),
    expiresAt: t.field({
      type: 'DateTime',
      description: 'When an open hold ends by itself and gives all of it back.',
      resolve: fieldOf('expiresAt'),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When placeHold made the hold.',
      resolve: fieldOf('createdAt'),
    }),
    endedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the hold was settled, was released or expired; null while it is OPEN.',
      resolve: fieldOf('endedAt'),
    }),
    settledAmount: t.field({
      type: 'Decimal',
      nullable: true,
      description:
        'How much was used in the end, in units of `feature`; null unless the hold is ' +
        'SETTLED.',
      resolve: fieldOf('settledAmount'),
    }),
  }),
});

const HoldConnection = builder.connectionObject(
  { type: HoldRef, name: 'HoldConnection', description: 'A page of holds, the newest first.' },
  { name: 'HoldEdge', description: 'One hold of a page, with its cursor.' },
);
addTotalCount(HoldConnection, 'holds');

builder.objectField(CustomerRef, 'holds', (t) =>
  t.field({
    type: HoldConnection,
    description: "The customer's holds, open or ended, the newest first.",
    args: {
      ...pageArgs('holds'),
      statuses: t.arg({ type: [HoldStatusEnum], description: onlyThese('holds', 'statuses') }),
      ...rangeArgs('holds', 'createdAt'),
    },
    resolve: async ({ id }, args, { ledger: { reads } }) => {
      const request = { ...args, customerId: id };
      return toConnection(
        await pageOf(request, reads.holdPage),
        (hold) => writeCursor(hold.createdAt.toISOString(), hold.id),
        () => countOf(request, reads.holdCount),
      );
    },
  }),
);

builder.objectType(HoldNotFoundError, {
  name: 'HoldNotFoundError',
  description: 'There is no hold with this id.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    holdId: t.exposeID('holdId', { description: 'The hold id that the request named.' }),
  }),
});

builder.objectType(HoldNotOpenError, {
  name: 'HoldNotOpenError',
  description:
    'The hold was settled, was released or has expired. A hold ends once, and how it ' +
    'ended stands.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    hold: t.expose('hold', {
      type: HoldRef,
      description: 'The hold, whose status says how it ended.',
    }),
  }),
});

builder.queryField('hold', (t) =>
  t.field({
    type: HoldRef,
    nullable: true,
    description:
      'Returns a hold; null if there is none with this id, or if the caller may not see ' + 'it.',
    args: { id: t.arg.id({ required: true, description: 'The id of the hold to return.' }) },
    resolve: async (_, { id }, { ledger, actor }) => {
      const hold = await ledger.reads.holdById(id);
      return hold && maySee(actor, hold.customerId) ? hold : null;
    },
  }),
);
