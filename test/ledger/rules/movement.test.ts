import { describe, expect, it } from 'vitest';
import { allocate } from '../../../src/ledger/model/allocation.ts';
import type { Allocation, Grant } from '../../../src/ledger/model/types.ts';
import { openBook, write } from '../../../src/ledger/rules/book.ts';
import { grantsAfter, type Movement } from '../../../src/ledger/rules/movement.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { NEW_ACCOUNT } from '../account.ts';
import { DAILY, FEATURE, grantRow } from '../postings.ts';

const ENTRY = { customerId: 'ada', sequence: 7n };
const AT = new Date('2026-02-01T00:00:00Z');
const change = (grantId: string, numbers: Partial<Record<Exclude<keyof Allocation, 'grantId'>, string>>) =>
  allocate(grantId, Object.fromEntries(Object.entries(numbers).map(([name, text]) => [name, decimal(text)])));

function changed(grants: readonly Grant[], allocations: readonly Allocation[], more: Partial<Movement> = {}) {
  return grantsAfter(grants, { kind: 'ADJUSTMENT', featureId: FEATURE, allocations, ...more }, ENTRY);
}

const TERMS = {
  id: 'new',
  origin: 'MANUAL',
  purchaseId: null,
  unlimited: false,
  reset: DAILY,
  nextResetAt: AT,
  rollover: null,
  expiresAt: null,
  createdAt: AT,
} as const;

describe('the grants after a movement', () => {
  it('have the numbers of before and the changes of their allocations', () => {
    const before = [grantRow({ id: 'a' }), grantRow({ id: 'b', held: decimal('5') })];
    const [a, b] = changed(before, [change('b', { amount: '-3', held: '3' }), change('b', { granted: '-1', unlimitedUse: '2' })]);
    expect(a).toBe(before[0]);
    expect(b).toEqual({
      ...before[1],
      granted: decimal('99'),
      remaining: decimal('97'),
      held: decimal('8'),
      unlimitedUse: decimal('2'),
    });
  });

  it('count what an adjustment took off a grant that resets, and forget it as it comes back', () => {
    const [lowered] = changed([grantRow({ reset: DAILY })], [change('g', { amount: '-4', granted: '-4' })]);
    expect(lowered).toMatchObject({ granted: decimal('96'), remaining: decimal('96'), lowered: decimal('4') });
    const [restored] = changed(lowered ? [lowered] : [], [change('g', { granted: '4' })]);
    expect(restored).toMatchObject({ granted: decimal('100'), remaining: decimal('96'), lowered: 0n });
  });

  it('have a new one in its place, which gets its numbers from its allocation', () => {
    const before = [grantRow({ id: 'resets-later', reset: { unit: 'MONTH', count: 1 } }), grantRow()];
    const grants = changed(before, [change('new', { amount: '8', granted: '10' })], { makes: TERMS });
    expect(grants.map(({ id }) => id)).toEqual(['new', 'resets-later', 'g']);
    const numbers = { granted: decimal('10'), remaining: decimal('8'), held: 0n, unlimitedUse: 0n, lowered: 0n };
    expect(grants[0]).toEqual(grantRow({ ...TERMS, ...numbers, sequence: 7n }));
  });

  it('keep what an ended one was granted, and say when and by which entry it ended', () => {
    const before = grantRow({ reset: DAILY, nextResetAt: AT, held: decimal('5'), remaining: decimal('60') });
    const changes = [change('g', { amount: '-60', granted: '-95' })];
    const [ended] = changed([before], changes, { ends: { grantId: 'g', at: AT } });
    const dates = { nextResetAt: null, endedAt: AT, endedSequence: 7n };
    expect(ended).toEqual({ ...before, ...dates, remaining: 0n, lapsed: decimal('60') });
    const [freed] = changed(ended ? [ended] : [], [change('g', { amount: '5', held: '-5' })]);
    const [closed] = changed(freed ? [freed] : [], [change('g', { amount: '-5', granted: '-5' })], { kind: 'VOID' });
    expect(closed).toEqual({ ...before, ...dates, remaining: 0n, held: 0n, lapsed: decimal('65') });
  });

  it('are in burn-down order again where an expiry comes nearer', () => {
    const before = [grantRow({ id: 'a' }), grantRow({ id: 'b', reset: null })];
    const grants = changed(before, [change('b', {})], { reschedules: [{ grantId: 'b', expiresAt: AT }] });
    expect(grants.map(({ id, expiresAt }) => [id, expiresAt])).toEqual([
      ['b', AT],
      ['a', null],
    ]);
  });
});

describe('a movement that contradicts itself', () => {
  it('is refused where it changes a grant that is not there', () => {
    expect(() => changed([grantRow()], [change('other', { amount: '1' })])).toThrow('changes a grant that is not there');
  });

  it('is refused where it makes, ends or reschedules a grant without an allocation', () => {
    const touching: readonly Partial<Movement>[] = [
      { makes: TERMS },
      { ends: { grantId: 'g', at: AT } },
      { reschedules: [{ grantId: 'g', nextResetAt: AT }] },
    ];
    for (const each of touching) expect(() => changed([grantRow()], [], each)).toThrow('without an allocation');
  });
});

it("the entry and the balance take their numbers from a movement's allocations alone", () => {
  const allocations = [change('new', { amount: '8', granted: '10' })];
  const book = write(openBook(NEW_ACCOUNT, AT), { kind: 'GRANT', featureId: FEATURE, allocations, makes: TERMS });
  const numbers = { granted: decimal('10'), remaining: decimal('8'), held: 0n, usage: decimal('2') };
  const after = { ...numbers, unlimited: false, nextResetAt: AT, nextExpiryAt: null };
  expect(book.entries).toMatchObject([{ sequence: 1n, amount: decimal('8'), allocations, after }]);
  expect(book.state.pools.get(FEATURE)).toMatchObject({
    balance: { ...after, version: 1n },
    grants: [{ id: 'new', granted: decimal('10'), remaining: decimal('8'), sequence: 1n }],
  });
});
