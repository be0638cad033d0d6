import {
  type Allocation,
  entryIdOf,
  LEDGER_ENTRY_KINDS,
  type LedgerEntry,
  type LedgerEntryKind,
} from '../src/ledger/model/types.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { hideFromCustomers } from './access.ts';
import { builder } from './builder.ts';
import { FeatureObject, namedFeature } from './feature.ts';
import { GrantObject, lazyGrant } from './grant.ts';
import { HoldRef, lazyHold } from './hold-ref.ts';
import {
  DisputeRef,
  lazyDispute,
  lazyPayment,
  lazyRefund,
  PaymentRef,
  RefundRef,
} from './payment-ref.ts';
import { lazyPurchase, PurchaseRef } from './purchase-ref.ts';

const descriptions: Record<LedgerEntryKind, string> = {
  GRANT: 'An amount was granted, by a plan, a purchase or your app.',
  USAGE: 'Something was used: track or trackBatch recorded it.',
  REVERSAL: 'A use was given back by reverseUsage, wholly or in part.',
  RESET: 'A period began: a grant that resets was filled up again.',
  EXPIRY: 'A grant expired: what was left of it is gone.',
  ROLLOVER: 'An unused amount was carried into the next period.',
  ADJUSTMENT:
    'The balance was corrected by adjustBalance, such a correction ended with its ' +
    'period, or cancelPurchase limited a grant to the end of its period.',
  HOLD: 'An amount was reserved by placeHold.',
  SETTLE: 'A hold ended with what was really used.',
  RELEASE: 'A hold was given back, by releaseHold or because its time was over.',
  VOID: 'A grant was ended early, by voidGrant or because its plan was canceled or ' + 'replaced.',
  CLAWBACK:
    'What a payment granted was taken back, wholly or in part, because money of it was ' +
    'refunded or disputed.',
  REINSTATEMENT:
    'What a CLAWBACK took was given again, because a refund failed or a dispute was won.',
};

export const LedgerEntryKindEnum = builder.enumType('LedgerEntryKind', {
  description: 'The reason why a ledger entry was written.',
  values: Object.fromEntries(
    LEDGER_ENTRY_KINDS.map((kind) => [kind, { value: kind, description: descriptions[kind] }]),
  ) as {
    [Kind in LedgerEntryKind]: { value: Kind; description: string };
  },
});

interface AllocationOf extends Allocation {
  readonly customerId: string;
}

const AllocationObject = builder.objectRef<AllocationOf>('Allocation').implement({
  description: 'What one ledger entry took from one grant, or gave to it.',
  fields: (t) => ({
    grant: t.field({
      type: GrantObject,
      description: 'The grant as it is now, not as it was at that moment.',
      resolve: ({ customerId, grantId }, _, context) => lazyGrant(context, customerId, grantId),
    }),
    amount: t.expose('amount', {
      type: 'Decimal',
      description:
        "How much the grant's `remaining` changed: below zero if the entry took from it.",
    }),
    held: t.expose('held', {
      type: 'Decimal',
      description:
        "How much the grant's `held` changed: above zero if the entry reserved something.",
    }),
    granted: t.expose('granted', {
      type: 'Decimal',
      description:
        'How much of the grant counts as granted more than before: below zero if the ' +
        'grant ended or was lowered.',
    }),
    unlimitedUse: t.expose('unlimitedUse', {
      type: 'Decimal',
      description: 'How much the use of an unlimited grant changed; 0 for other grants.',
    }),
    lost: t.expose('lost', {
      type: 'Decimal',
      description: 'How much could not go back to the grant, because it has ended or is full.',
    }),
  }),
});

export const LedgerEntryObject = builder.objectRef<LedgerEntry>('LedgerEntry');

LedgerEntryObject.implement({
  description:
    'One movement of one balance. It never changes. The entries of a customer are ' +
    'numbered 1, 2, 3 and so on, without a gap.',
  fields: (t) => ({
    id: t.id({
      description:
        'Unique among the entries of all customers, such as "user_123:7". reverseUsage ' +
        'takes it as entryId.',
      resolve: entryIdOf,
    }),
    sequence: t.expose('sequence', {
      type: 'SafeInt',
      description: 'The number of the entry among all entries of its customer.',
    }),
    kind: t.expose('kind', {
      type: LedgerEntryKindEnum,
      description: 'The reason for the entry: a grant, a use, a reset and so on.',
    }),
    feature: t.field({
      type: FeatureObject,
      description: 'The feature whose balance the entry moved.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    amount: t.expose('amount', {
      type: 'Decimal',
      description: 'How much `remaining` changed: "-5" for a use of 5.',
    }),
    requested: t.expose('requested', {
      type: 'Decimal',
      nullable: true,
      description:
        'How much was asked to use (USAGE, SETTLE), to hold (HOLD), to give back (REVERSAL, ' +
        'REINSTATEMENT) or to take back (CLAWBACK); null for other kinds. A CLAWBACK that ' +
        'took less than it was asked forgave the rest, or found it gone already. One that was ' +
        'asked nothing took what came back from a hold or a use after its payment was returned.',
    }),
    applied: t.expose('applied', {
      type: 'Decimal',
      nullable: true,
      description:
        'How much was used, in units of `feature`, whichever balance paid; below zero if ' +
        'it was given back. Null if the entry records no use.',
    }),
    units: t.expose('units', {
      type: 'Decimal',
      nullable: true,
      description:
        'For credits: how many units of the other feature they pay for or hold. For a ' +
        'REVERSAL: how many units of it fall on this balance. Null otherwise.',
    }),
    held: t.field({
      type: 'Decimal',
      description: 'How much `held` changed: above zero if the entry reserved something.',
      resolve: ({ allocations }) => allocations.reduce((sum, { held }) => sum + held, 0n),
    }),
    cause: t.field({
      type: LedgerEntryObject,
      nullable: true,
      description:
        'The entry that this one belongs to: the use that its credits pay for, or the use ' +
        'that it gives back. Null if it belongs to none.',
      resolve: ({ customerId, cause }, _, { ledger }) =>
        cause === null ? null : ledger.reads.entry({ customerId, sequence: cause }),
    }),
    hold: t.field({
      type: HoldRef,
      nullable: true,
      description: 'The hold that the entry placed or ended, as it is now; null for other entries.',
      resolve: ({ holdId }, _, context) => lazyHold(context, holdId),
    }),
    remainingBefore: t.field({
      type: 'Decimal',
      description: 'What remained of the balance before the entry.',
      resolve: ({ after, amount }) => after.remaining - amount,
    }),
    remainingAfter: t.field({
      type: 'Decimal',
      description: 'What remained of the balance after the entry.',
      resolve: ({ after }) => after.remaining,
    }),
    allocations: t.field({
      type: [AllocationObject],
      extensions: declareCost({ list: 2 }),
      description:
        'The grants that the entry took from or gave to. Their amounts add up to ' + '`amount`.',
      resolve: ({ customerId, allocations }) =>
        allocations.map((allocation) => ({ ...allocation, customerId })),
    }),
    idempotencyKey: t.string({
      nullable: true,
      description:
        'The idempotency key of the request that wrote the entry. Null if it had none, ' +
        'and for customer tokens.',
      resolve: ({ idempotencyKey }, _, context) => hideFromCustomers(context, idempotencyKey, null),
    }),
    properties: t.field({
      type: 'JSONObject',
      nullable: true,
      description:
        'What your app noted with the use. Null if it noted nothing, and for customer ' + 'tokens.',
      resolve: ({ properties }, _, context) => hideFromCustomers(context, properties, null),
    }),
    reason: t.string({
      nullable: true,
      description:
        'Why the movement was made, as your app or Brim noted it. Null if nothing was ' +
        'noted, and for customer tokens.',
      resolve: ({ reason }, _, context) => hideFromCustomers(context, reason, null),
    }),
    purchase: t.field({
      type: PurchaseRef,
      nullable: true,
      description: 'The purchase that the movement belongs to; null if there is none.',
      resolve: ({ purchaseId }, _, context) => lazyPurchase(context, purchaseId),
    }),
    payment: t.field({
      type: PaymentRef,
      nullable: true,
      description:
        'The payment that paid for what was granted (GRANT, ROLLOVER) or of which money was ' +
        'returned (CLAWBACK, REINSTATEMENT); null if there is none.',
      resolve: ({ paymentId }, _, context) => lazyPayment(context, paymentId),
    }),
    refund: t.field({
      type: RefundRef,
      nullable: true,
      description: 'The refund that made Brim take back or give again; null if none did.',
      resolve: ({ refundId }, _, context) => lazyRefund(context, refundId),
    }),
    dispute: t.field({
      type: DisputeRef,
      nullable: true,
      description: 'The dispute that made Brim take back or give again; null if none did.',
      resolve: ({ disputeId }, _, context) => lazyDispute(context, disputeId),
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      description:
        'When it happened: what the caller of track said, or when a reset or expiry was ' + 'due.',
    }),
    recordedAt: t.expose('recordedAt', {
      type: 'DateTime',
      description: 'When Brim wrote the entry. Never earlier than the entry before it.',
    }),
  }),
});
