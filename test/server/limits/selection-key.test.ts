import { parse } from 'graphql';
import { createSchema } from 'graphql-yoga';
import { describe, expect, it } from 'vitest';
import { selectionKeyOf } from '../../../src/server/limits/selection-key.ts';
import { NumberText } from '../../../src/values/number-text.ts';

const schema = createSchema({ typeDefs: 'type Query { x: Int }' });
const DOCUMENT = parse(`subscription Live($customerId: ID, $after: Int, $deep: Boolean = true, $first: Int) {
  balanceChanged(customerId: $customerId, after: $after) { sequence ... @include(if: $deep) { ...Rest } }
}
subscription Other { balanceChanged { sequence } }
fragment Rest on BalanceChange { ledger(first: $first) { id } }`);

interface Asked {
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly document?: typeof DOCUMENT;
  readonly rights?: string;
}

const keyOf = ({ variables, operationName = 'Live', document = DOCUMENT, rights = 'app' }: Asked = {}) =>
  selectionKeyOf({ schema, document, operationName, ...(variables ? { variableValues: variables } : {}) }, rights);

describe('the key of a selection', () => {
  it('is one for equal subscriptions, whichever events they begin with', () => {
    expect(keyOf()).toBeDefined();
    expect(keyOf({ variables: { customerId: 'ada', after: 7 } })).toBe(keyOf());
  });

  it.each<[string, Asked]>([
    ['another document', { document: parse(DOCUMENT.loc?.source.body ?? '') }],
    ['another operation of the document', { operationName: 'Other' }],
    ['other rights', { rights: '{"kind":"customer","customerId":"ada","attachablePlanIds":[]}' }],
    ['another variable of a directive', { variables: { deep: false } }],
    ['another variable in a fragment', { variables: { first: 3 } }],
    ['a variable that is null', { variables: { first: null } }],
  ])('is another for %s', (_, asked) => {
    expect(keyOf(asked)).toBeDefined();
    expect(keyOf(asked)).not.toBe(keyOf());
  });

  it('tells a text from a number, and lists from each other', () => {
    const keys = [1, '1', [1], ['1'], [1, 1], { first: 1 }].map((first) => keyOf({ variables: { first } }));
    expect(new Set(keys).size).toBe(6);
  });

  it('is undefined for what is no plain JSON', () => {
    expect(keyOf({ variables: { first: new NumberText('1') } })).toBeUndefined();
    expect(keyOf({ variables: { first: [{ at: new Date(0) }] } })).toBeUndefined();
    expect(keyOf({ variables: { first: Number.NaN } })).toBeUndefined();
  });
});
