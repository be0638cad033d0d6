import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inBurnDownOrder } from '../../../src/ledger/model/account-state.ts';
import { compareBurnDown } from '../../../src/ledger/model/burn-down.ts';
import { GRANT_ORIGINS, type Grant } from '../../../src/ledger/model/types.ts';
import { INTERVAL_UNITS } from '../../../src/values/interval.ts';
import { grantRow } from '../postings.ts';

const MONTHLY = { reset: { unit: 'MONTH', count: 1 } } as const;
const DAILY = { reset: { unit: 'DAY', count: 1 } } as const;
const at = (text: string) => new Date(`2026-${text}T00:00:00Z`);

/** The criteria in their order. The two grants of each pair differ in nothing else. */
const CRITERIA: readonly [name: string, first: Partial<Grant>, second: Partial<Grant>][] = [
  ['what is owed comes last', {}, { origin: 'OVERDRAFT' }],
  ['an unlimited grant before a finite one', { unlimited: true }, {}],
  ['what was rolled over before what was not', { origin: 'ROLLED_OVER' }, {}],
  [
    'of two rolled over, the sooner to expire, even if the other one resets',
    { origin: 'ROLLED_OVER', expiresAt: at('03-01') },
    { origin: 'ROLLED_OVER', expiresAt: at('04-01'), ...DAILY },
  ],
  ['a grant that resets before one that never does', MONTHLY, {}],
  ['the shorter interval before the longer', DAILY, MONTHLY],
  ['the earlier expiry before the later', { expiresAt: at('03-01') }, { expiresAt: at('04-01') }],
  ['an expiry before none', { expiresAt: at('03-01') }, { expiresAt: null }],
  ['what a plan includes before what was bought', { origin: 'INCLUDED' }, { origin: 'BOUGHT' }],
  ['what a plan includes before what was given by hand', { origin: 'INCLUDED' }, { origin: 'MANUAL' }],
  ['the older before the younger', { createdAt: at('01-01') }, { createdAt: at('01-02') }],
  ['of one instant, the one whose entry came first', { sequence: 2n }, { sequence: 3n }],
  ['the smaller id, at last', { id: 'a' }, { id: 'b' }],
];

describe('each criterion decides alone', () => {
  test.each(CRITERIA)('%s', (_, first, second) => {
    expect(compareBurnDown(grantRow(first), grantRow(second))).toBeLessThan(0);
    expect(compareBurnDown(grantRow(second), grantRow(first))).toBeGreaterThan(0);
  });
});

describe('each criterion stands before the one after it', () => {
  // The first difference wins: what the next criterion prefers is given to the grant that must come
  // second.
  test.each<[string, Partial<Grant>, Partial<Grant>]>([
    ['owed, over unlimited', {}, { origin: 'OVERDRAFT', unlimited: true }],
    ['unlimited, over rolled over', { unlimited: true }, { origin: 'ROLLED_OVER' }],
    ['rolled over, over resetting', { origin: 'ROLLED_OVER' }, { origin: 'BOUGHT', ...DAILY }],
    ['rolled over, over an expiry', { origin: 'ROLLED_OVER' }, { origin: 'BOUGHT', expiresAt: at('02-01') }],
    ['resetting, over a sooner expiry', MONTHLY, { expiresAt: at('02-01') }],
    ['the shorter interval, over a sooner expiry', DAILY, { ...MONTHLY, expiresAt: at('02-01') }],
    [
      'the sooner expiry, over included',
      { origin: 'BOUGHT', expiresAt: at('02-01') },
      { origin: 'INCLUDED', expiresAt: at('02-02') },
    ],
    ['an expiry, over included', { origin: 'BOUGHT', expiresAt: at('02-01') }, { origin: 'INCLUDED' }],
    ['included, over older', { origin: 'INCLUDED', createdAt: at('02-01') }, { origin: 'BOUGHT', createdAt: at('01-01') }],
    ['older, over the entry number', { createdAt: at('01-01'), sequence: 9n }, { createdAt: at('01-02'), sequence: 2n }],
    ['the entry number, over the id', { sequence: 2n, id: 'z' }, { sequence: 3n, id: 'a' }],
  ])('%s', (_, first, second) => {
    expect(compareBurnDown(grantRow(first), grantRow(second))).toBeLessThan(0);
  });

  test('bought and given by hand are alike: the older comes first', () => {
    const manual = grantRow({ origin: 'MANUAL', createdAt: at('01-01') });
    const bought = grantRow({ origin: 'BOUGHT', createdAt: at('01-02') });
    expect(inBurnDownOrder([bought, manual])).toEqual([manual, bought]);
  });

  test('30 days and a month are equally long, so the expiry decides', () => {
    const thirtyDays = grantRow({ reset: { unit: 'DAY', count: 30 }, expiresAt: at('04-01') });
    const month = grantRow({ ...MONTHLY, expiresAt: at('03-01') });
    expect(inBurnDownOrder([thirtyDays, month])).toEqual([month, thirtyDays]);
  });
});

/** Few values of each property, so that two grants often agree in one and differ in the next. */
const anyGrant: fc.Arbitrary<Grant> = fc
  .record({
    origin: fc.constantFrom(...GRANT_ORIGINS),
    unlimited: fc.boolean(),
    reset: fc.option(fc.record({ unit: fc.constantFrom(...INTERVAL_UNITS), count: fc.constantFrom(1, 30) })),
    expiresAt: fc.option(fc.constantFrom(at('03-01'), at('04-01'))),
    createdAt: fc.constantFrom(at('01-01'), at('01-02')),
    sequence: fc.constantFrom(1n, 2n),
    id: fc.constantFrom('a', 'b'),
  })
  .map(grantRow);

describe('the order is total', () => {
  test('one of any two grants comes first, and it is the same one when they change places', () => {
    fc.assert(
      fc.property(anyGrant, anyGrant, (a, b) => Math.sign(compareBurnDown(a, b)) + Math.sign(compareBurnDown(b, a)) === 0),
    );
  });

  test('only grants that are alike in everything are equal', () => {
    const differsFrom = (a: Grant, b: Grant) => compareBurnDown(a, b) !== 0 || a.id === b.id;
    fc.assert(fc.property(anyGrant, anyGrant, differsFrom), { numRuns: 1_000 });
  });

  test('if a first comes before a second, and the second before a third, the first comes before the third', () => {
    fc.assert(
      fc.property(anyGrant, anyGrant, anyGrant, (a, b, c) => {
        fc.pre(compareBurnDown(a, b) <= 0 && compareBurnDown(b, c) <= 0);
        return compareBurnDown(a, c) <= 0;
      }),
      { numRuns: 2_000 },
    );
  });

  test('grants are used in the same order, in any order that they are read in', () => {
    const distinct = fc.uniqueArray(anyGrant, { comparator: (a, b) => compareBurnDown(a, b) === 0, maxLength: 12 });
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.nat()), (grants, dice) => {
        const shuffled = grants
          .map((grant) => ({ grant, place: dice.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ grant }) => grant);
        expect(inBurnDownOrder(shuffled)).toEqual(inBurnDownOrder(grants));
      }),
    );
  });

  test('sorting leaves the list as it was', () => {
    const grants = [grantRow({ id: 'b' }), grantRow({ id: 'a' })];
    inBurnDownOrder(grants);
    expect(grants.map(({ id }) => id)).toEqual(['b', 'a']);
  });
});
