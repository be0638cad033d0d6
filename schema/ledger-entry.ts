import {
  type Allocation,
  entryIdOf,
  LEDGER_ENTRY_KINDS,
  type LedgerEntry,
  type LedgerEntryKind,
} from '../src/ledger/model/types.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { isStorableText } from '../src/values/input.ts';
import {
  type PageRequest,
  readCursor,
  readFirst,
  refuseCursor,
  toPage,
  writeCursor,
} from '../src/values/page.ts';
import { appsOwn } from './access.ts';
import { builder } from './builder.ts';
import { toConnection } from './connection.ts';
import type { Context } from './context.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { GrantObject, namedGrant } from './grant.ts';
import { HoldRef, namedHold } from './hold-ref.ts';
import { namedPurchase, PurchaseRef } from './purchase-ref.ts';

const describe: Record<LedgerEntryKind, string> = {
  GRANT: 'An amount was given.',
  USAGE: 'Something was used.',
  REVERSAL: 'A use was given back.',
  RESET: 'A period began: what resets is full again.',
  EXPIRY: 'A grant ended with its time.',
  ROLLOVER: 'What was unused was carried into the next period.',
  ADJUSTMENT: 'Somebody corrected the balance.',
  HOLD: 'Something was reserved.',
  SETTLE: 'A reservation was finished with what was really used.',
  RELEASE: 'A reservation was given back.',
  VOID: 'A grant was ended early.',
  CLAWBACK: 'Reserved: nothing is taken back after a refund or a dispute yet.',
  REINSTATEMENT: 'Reserved: nothing is given again after a dispute was won yet.',
};

export const LedgerEntryKindEnum = builder.enumType('LedgerEntryKind', {
  description: 'Why a balance moved.',
  values: Object.fromEntries(
    LEDGER_ENTRY_KINDS.map((kind) => [kind, { value: kind, description: describe[kind] }]),
  ) as {
    [Kind in LedgerEntryKind]: { value: Kind; description: string };
  },
});

interface AllocationOf extends Allocation {
  readonly customerId: string;
}

const AllocationObject = builder.objectRef<AllocationOf>('Allocation').implement({
  description: 'What one entry took from, or gave to, one grant.',
  fields: (t) => ({
    grant: t.field({
      type: GrantObject,
      description: 'The grant, as it stands now.',
      resolve: ({ customerId, grantId }, _, context) => namedGrant(context, customerId, grantId),
    }),
    amount: t.expose('amount', {
      type: 'Decimal',
      description: "Signed change of the grant's remaining.",
    }),
    held: t.expose('held', {
      type: 'Decimal',
      description: 'Signed change of what is held of it.',
    }),
    granted: t.expose('granted', {
      type: 'Decimal',
      description: 'Signed change of what it counts as granted.',
    }),
    unlimitedUse: t.expose('unlimitedUse', {
      type: 'Decimal',
      description: 'What was used of it, where it is unlimited; else 0.',
    }),
    lost: t.expose('lost', {
      type: 'Decimal',
      description: 'What could not go back to it, because it has ended or is full.',
    }),
  }),
});

export const LedgerEntryObject = builder.objectRef<LedgerEntry>('LedgerEntry');

LedgerEntryObject.implement({
  description:
    "Immutable: one movement of one balance. A customer's entries are numbered 1, 2, 3 … without a gap.",
  fields: (t) => ({
    id: t.id({ description: 'Unique among all entries.', resolve: entryIdOf }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description: "Its number in the customer's ledger.",
    }),
    kind: t.expose('kind', { type: LedgerEntryKindEnum, description: 'Why the balance moved.' }),
    feature: t.field({
      type: FeatureObject,
      description: 'Whose balance moved.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    amount: t.expose('amount', {
      type: 'Decimal',
      description: 'Signed change of remaining: -5 for a usage of 5.',
    }),
    requested: t.expose('requested', {
      type: 'Decimal',
      nullable: true,
      description:
        'What was asked: to use (USAGE, SETTLE), to hold (HOLD) or to give back (REVERSAL).',
    }),
    applied: t.expose('applied', {
      type: 'Decimal',
      nullable: true,
      description:
        "What was used, in the feature's units, whoever paid; below zero where it was given back. null: no use.",
    }),
    units: t.expose('units', {
      type: 'Decimal',
      nullable: true,
      description:
        'Of credits: for how many units of the other feature they pay, or are held. Of a REVERSAL: how many units fall on this balance.',
    }),
    held: t.field({
      type: 'Decimal',
      description: 'Signed change of what is held.',
      resolve: ({ allocations }) => allocations.reduce((sum, { held }) => sum + held, 0n),
    }),
    cause: t.field({
      type: LedgerEntryObject,
      nullable: true,
      description:
        'The entry that it belongs to: the use that these credits pay for, the use that is given back.',
      resolve: ({ customerId, cause }, _, { ledger }) =>
        cause === null ? null : ledger.reads.entry({ customerId, sequence: cause }),
    }),
    hold: t.field({
      type: HoldRef,
      nullable: true,
      description: 'The hold that it places or ends, as it stands now.',
      resolve: ({ holdId }, _, context) => namedHold(context, holdId),
    }),
    remainingBefore: t.field({
      type: 'Decimal',
      description: 'What remained before it.',
      resolve: ({ after, amount }) => after.remaining - amount,
    }),
    remainingAfter: t.field({
      type: 'Decimal',
      description: 'What remained after it.',
      resolve: ({ after }) => after.remaining,
    }),
    allocations: t.field({
      type: [AllocationObject],
      extensions: declareCost({ list: 2 }),
      description: 'The grants it drew from or filled; they add up to amount.',
      resolve: ({ customerId, allocations }) =>
        allocations.map((allocation) => ({ ...allocation, customerId })),
    }),
    idempotencyKey: t.string({
      nullable: true,
      description: "The request's key. The app's own: null with a customer token.",
      resolve: ({ idempotencyKey }, _, context) => appsOwn(context, idempotencyKey, null),
    }),
    properties: t.field({
      type: 'JSONObject',
      nullable: true,
      description: "What the app noted with the use. The app's own: null with a customer token.",
      resolve: ({ properties }, _, context) => appsOwn(context, properties, null),
    }),
    reason: t.string({
      nullable: true,
      description: "Why it was done by hand. The app's own: null with a customer token.",
      resolve: ({ reason }, _, context) => appsOwn(context, reason, null),
    }),
    purchase: t.field({
      type: PurchaseRef,
      nullable: true,
      description: 'The purchase behind it.',
      resolve: ({ purchaseId }, _, context) => namedPurchase(context, purchaseId),
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      description: 'When it happened, as the caller says.',
    }),
    recordedAt: t.expose('recordedAt', {
      type: 'DateTime',
      description: 'When the ledger took it.',
    }),
  }),
});

export const LedgerEntryConnection = builder.connectionObject(
  {
    type: LedgerEntryObject,
    name: 'LedgerEntryConnection',
    description: "A page of a customer's ledger, newest first.",
  },
  { name: 'LedgerEntryEdge', description: 'One entry of the page.' },
);

interface LedgerWish extends PageRequest {
  readonly customerId: string;
  readonly featureId?: string | null | undefined;
  readonly kind?: LedgerEntryKind | null | undefined;
}

/** A page of the ledger. @throws InvalidInputError for a bad `first` or `after`. */
export async function ledgerPage(
  { ledger }: Context,
  { customerId, featureId = null, kind = null, first, after }: LedgerWish,
) {
  const limit = readFirst(first);
  const [sequence = ''] = after == null ? [] : readCursor(after, 1);
  if (after != null && !/^\d{1,18}$/.test(sequence)) refuseCursor();
  const before = after == null ? null : BigInt(sequence);
  // No feature has an id that Postgres cannot be asked for.
  const isAskable = featureId === null || isStorableText(featureId);
  const entries = isAskable
    ? await ledger.reads.entryPage({ customerId, featureId, kind, before, limit: limit + 1 })
    : [];
  return toConnection(toPage(entries, limit, after), (entry) =>
    writeCursor(entry.sequence.toString()),
  );
}
