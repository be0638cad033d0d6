import { auditCursor } from '../src/audit/audit.ts';
import type { AuditActor, AuditActorType, AuditEntry } from '../src/audit/model.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { toConnection } from './connection.ts';
import { pageArgs, rangeArgs } from './list-args.ts';

const AuditActorTypeEnum = builder.enumType('AuditActorType', {
  description: 'With what somebody did something.',
  values: {
    SECRET_KEY: { description: 'With a secret key, as the server of your app does.' },
    CUSTOMER_TOKEN: { description: 'With a customer token, in the browser of a customer.' },
    BRIM: { description: "With neither: a part of Brim itself, such as the demo's server." },
  } satisfies Record<AuditActorType, { description: string }>,
});

const AuditActorObject = builder.objectRef<AuditActor>('AuditActor').implement({
  description: 'Who did something: a secret key or a customer token, without a secret.',
  fields: (t) => ({
    type: t.expose('type', { type: AuditActorTypeEnum, description: 'Whether a key or a token.' }),
    id: t.exposeID('id', {
      nullable: true,
      description:
        'The id of the key, or the tokenId of the token. The id of a key of BRIM_SECRET_KEY ' +
        'follows from the key alone. Null if it has none.',
    }),
    name: t.exposeString('name', {
      nullable: true,
      description: 'The name of the key; null if it has none.',
    }),
  }),
});

const AuditOutcomeEnum = builder.enumType('AuditOutcome', {
  description: 'Whether the operation was done.',
  values: {
    DONE: { description: 'It was done, and it stands.' },
    UNKNOWN: {
      description:
        'It is running, or it is not known whether it was done: the process ended meanwhile, or ' +
        'the database could not be reached.',
    },
  },
});

const AuditEntryObject = builder.objectRef<AuditEntry>('AuditEntry').implement({
  description: 'One operation that changed something.',
  fields: (t) => ({
    id: t.id({
      description: 'Made by Brim; it never changes afterwards.',
      resolve: ({ position }) => String(position),
    }),
    at: t.expose('at', {
      type: 'DateTime',
      description: 'When the operation began, by the clock of Brim.',
    }),
    actor: t.expose('actor', {
      type: AuditActorObject,
      description: 'Who did it: a secret key or a customer token.',
    }),
    operation: t.exposeString('operation', {
      description:
        'What was done: the name of the mutation, or of the verb that autumn-js called, such as ' +
        'billing.attach.',
    }),
    customerId: t.exposeID('customerId', {
      nullable: true,
      description: 'The customer that it was about; null if it was about none.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description:
        'Why it was done, as the `reason` of its input says. Null where it says nothing, once the ' +
        'customer is erased, and of an UNKNOWN outcome where the input does not name the customer.',
    }),
    requestId: t.exposeString('requestId', {
      description: 'The request with which it was done: the header x-request-id of its answer.',
    }),
    outcome: t.field({
      type: AuditOutcomeEnum,
      description: 'Whether it was done, as far as it is known.',
      resolve: ({ done }) => (done ? 'DONE' : 'UNKNOWN'),
    }),
    ids: t.field({
      type: 'JSONObject',
      description:
        'The ids of what it made or changed, by name: purchaseId, grantId, entryId, featureId … ' +
        'Never a name, a text or a secret.',
      resolve: ({ ids: { entrySequence, ...ids }, customerId }) =>
        entrySequence === undefined ? ids : { ...ids, entryId: `${customerId}:${entrySequence}` },
    }),
  }),
});

const AuditEntryConnection = builder.connectionObject(
  {
    type: AuditEntryObject,
    name: 'AuditEntryConnection',
    description: 'A page of the audit log, the newest first.',
  },
  { name: 'AuditEntryEdge', description: 'One operation of a page, with its cursor.' },
);

builder.queryField('auditLog', (t) =>
  t.field({
    type: AuditEntryConnection,
    nullable: true,
    // The page, and both ends of the stretch of time.
    extensions: declareCost({ statements: 3 }),
    description:
      'Who changed what, when, and with which request: the newest first, kept for 400 days ' +
      'unless BRIM_AUDIT_DAYS says otherwise. Uses and holds are in the ledger, whose entries ' +
      'say who made them. Needs a secret key.',
    args: {
      ...pageArgs('entries'),
      ...rangeArgs('entries', 'at'),
      customerId: t.arg.id({ description: 'Return only what was about this customer.' }),
      actorId: t.arg.id({
        description: 'Return only what was done with this key or token, by its id.',
      }),
    },
    resolve: appOnly(async (_, args, { audit }) =>
      toConnection(await audit.list(args), auditCursor),
    ),
  }),
);
