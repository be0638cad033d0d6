/**
 * Values for an argument: usual ones, those at the edges of its type, and those of another type.
 */
import fc from 'fast-check';
import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { CURSORS, EDGES, MARK, WRONG } from './hostile.ts';

/** Stands for an id that is made only when the shop opens; see `withIds`. */
export const idOf = (what: string) => `«${what}»`;

/** What people send, by the name under which they send it. */
export const KNOWN: Readonly<Record<string, readonly unknown[]>> = {
  customerId: ['ada', 'bob', 'nobody'],
  featureId: ['premium_messages', 'seats', 'premium_messages', 'credits', 'nothing'],
  featureIds: ['premium_messages', 'seats', 'credits'],
  planId: ['free', 'top_up', 'bulk', 'monthly', 'nothing'],
  attachablePlanIds: ['top_up', 'bulk'],
  purchaseId: [idOf('purchase'), idOf('pending')],
  holdId: [idOf('hold')],
  grantId: [idOf('grant')],
  entryId: [idOf('entry')],
  currency: ['usd', 'USD', 'jpy', 'kwd', 'xxx'],
  email: ['ada@example.com'],
  successUrl: ['https://example.com/thanks', 'http://localhost:1/{PURCHASE_ID}'],
  cancelUrl: ['https://example.com/'],
  idempotencyKey: ['key-1', 'key-2', 'key-3'],
  after: CURSORS,
  unit: ['DAY', 'MONTH'],
  ...{
    'Query.customer.id': ['ada', 'bob'],
    'UpdateCustomerInput.id': ['ada', 'bob'],
    'CreateCustomerInput.id': ['new-1', 'new-2', 'ada'],
  },
  ...{
    'Query.feature.id': ['seats'],
    'CreateFeatureInput.id': ['made-1', 'made-2'],
    'ArchiveFeatureInput.id': ['made-1', 'made-2'],
  },
  ...{
    'Query.plan.id': ['free', 'top_up'],
    'CreatePlanInput.id': ['plan-1', 'plan-2'],
    'UpdatePlanInput.id': ['plan-1', 'monthly'],
  },
  ...{ 'ArchivePlanInput.id': ['plan-1', 'plan-2'], 'Query.hold.id': [idOf('hold')], 'Query.purchase.id': [idOf('purchase')] },
};

const ORDINARY: Readonly<Record<string, readonly unknown[]>> = {
  ID: ['made-1', 'plan-1'],
  String: ['words', 'Some words', 'x'],
  Int: [1, 2, 5, 20],
  Decimal: ['1', '2.5', '10', '100', 3, 0.1],
  DateTime: ['2026-01-31T12:00:00Z', '2026-06-01T00:00:00+02:00', '2031-01-01T00:00:00Z'],
  SafeInt: [0, 1, 5, 9_007_199_254_740_991],
  JSONObject: [{ a: 'b' }, { a: 1 }],
  Boolean: [true, false],
};
/**
 * A value for an input of this type: mostly what people send, often an edge, now and then nothing
 * of the kind.
 */
export function valueFor(name: string, type: GraphQLInputType, owner: string): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return fc.oneof({ weight: 100, arbitrary: valueFor(name, type.ofType, owner) }, wrong);
  if (isListType(type)) {
    const one = valueFor(name, type.ofType, owner);
    const many = one.map((value) => Array.from({ length: 1_001 }, () => value));
    const lists = fc.array(one, { maxLength: 3 });
    return fc.oneof({ weight: 100, arbitrary: lists }, { weight: 1, arbitrary: many }, { weight: 1, arbitrary: wrong });
  }
  if (isInputObjectType(type)) return fc.oneof({ weight: 100, arbitrary: objectFor(type) }, wrong);
  const known = KNOWN[`${owner}.${name}`] ?? KNOWN[name] ?? ORDINARY[type.name] ?? [];
  const usual: readonly unknown[] = isEnumType(type) ? type.getValues().map((value) => value.name) : known;
  const edges = EDGES[type.name] ?? WRONG;
  return fc.oneof(
    { weight: 100, arbitrary: fc.constantFrom(...usual) },
    { weight: isEnumType(type) ? 1 : 20, arbitrary: fc.constantFrom(...edges) },
    { weight: 2, arbitrary: wrong },
  );
}

const wrong = fc.constantFrom(...WRONG);

/**
 * With what it requires and one or two things more; now and then with much more, without what it
 * requires, or with a stranger.
 */
function objectFor(type: GraphQLInputObjectType): fc.Arbitrary<unknown> {
  const fields = Object.values(type.getFields());
  const given = fields.map((field): [string, fc.Arbitrary<unknown>] => [field.name, valueFor(field.name, field.type, type.name)]);
  const model: Record<string, fc.Arbitrary<unknown>> = Object.fromEntries(given);
  const required = fields.filter(isRequired).map(({ name }) => name);
  const optional = fields.map(({ name }) => name).filter((name) => !required.includes(name));
  const whole = fc.record(model, { requiredKeys: required });
  const sparse = fc
    .tuple(fc.record(model), fc.subarray(optional, { maxLength: Math.min(2, optional.length) }))
    .map(([all, beside]) => Object.fromEntries([...required, ...beside].map((name) => [name, all[name]])));
  return fc.oneof(
    { weight: 100, arbitrary: sparse },
    { weight: 40, arbitrary: whole },
    { weight: 1, arbitrary: whole.map((value) => ({ ...value, [MARK]: 1 })) },
    { weight: 1, arbitrary: fc.record(model, { requiredKeys: [] }) },
  );
}

export function isRequired({ type, defaultValue }: Pick<GraphQLInputField, 'type' | 'defaultValue'>): boolean {
  return isNonNullType(type) && defaultValue === undefined;
}
