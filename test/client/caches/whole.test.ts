import { getNamedType, isObjectType, parse, print, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { FIELDS, VERSIONED } from '../../../packages/client/src/caches/versioned.ts';
import { selectWhole } from '../../../packages/client/src/caches/whole.ts';
import { schema } from '../../../schema/index.ts';

describe('a document made whole', () => {
  it('selects the state of each balance, once, and its purchase likewise', () => {
    const document = parse('subscription { balanceChanged { balance { remaining left: usage } entry { purchase { id } } } }');
    expect(print(selectWhole(document)).replace(/\s+/g, ' ')).toBe(
      'subscription { balanceChanged { ' +
        'balance { remaining left: usage id version granted usage held unlimited nextResetAt nextExpiryAt ' +
        'customer { id } feature { id } } ' +
        'entry { purchase { id revision status checkoutUrl failureReason settledAt endsAt endedAt } } } }',
    );
    expect(validate(schema, selectWhole(document))).toEqual([]);
  });

  it('is the same document for the same document', () => {
    const document = parse('{ viewer { balances { remaining } } }');
    expect(selectWhole(document)).toBe(selectWhole(document));
    expect(selectWhole(selectWhole(document))).toBe(selectWhole(document));
  });
});

describe('what the caches believe of the schema', () => {
  const fields = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()))
    .map(({ name, type }) => ({ name, of: VERSIONED.get(getNamedType(type).name) }));

  it('every field of these names leads to what it is taken for', () => {
    expect(fields.filter(({ name, of }) => FIELDS.has(name) && FIELDS.get(name) !== of)).toEqual([]);
  });

  it('no other field leads to a balance or a purchase, but those of a page of purchases and of a refused erasure', () => {
    expect(fields.filter(({ name, of }) => of && !FIELDS.has(name)).map(({ name }) => name)).toEqual([
      'purchases',
      'nodes',
      'node',
    ]);
  });

  it('every field of a balance that takes no argument and holds no object belongs to its state, but its global id', () => {
    const balance = schema.getType('Balance');
    if (!isObjectType(balance)) throw new Error('There is no Balance.');
    const leaves = Object.values(balance.getFields()).filter(
      ({ name, args, type }) => name !== 'nodeId' && args.length === 0 && !isObjectType(getNamedType(type)),
    );
    expect(leaves.map(({ name }) => name).sort()).toEqual([...(VERSIONED.get('Balance')?.state ?? [])].sort());
  });
});
