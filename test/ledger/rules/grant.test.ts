import { beforeEach, describe, expect, test } from 'vitest';
import { balanceAfter, poolOf } from '../../../src/ledger/model/account-state.ts';
import { AmountOverflowError, InsufficientBalanceError } from '../../../src/ledger/model/errors.ts';
import { DECIMAL_LIMIT, decimal, formatDecimal } from '../../../src/values/decimal.ts';
import { grantsIn, NEW_ACCOUNT, post, postAfter, postTogether } from '../account.ts';
import { FEATURE, grant, tell, unlimited, use } from '../postings.ts';

const HUGE = formatDecimal(DECIMAL_LIMIT - 1n);

describe('a grant adds what it gives', () => {
  test('and its entry says so', () => {
    expect(post(grant('g', '0.5')).told).toEqual({
      kind: 'GRANT',
      amount: '0.5',
      requested: null,
      allocations: ['g 0.5'],
      granted: '0.5',
      remaining: '0.5',
      usage: '0',
    });
  });

  test('twice makes two grants that change independently', () => {
    const { state } = post(grant('g1', '100', { purchaseId: 'p1' }), grant('g2', '100', { purchaseId: 'p2' }));
    expect(grantsIn(state)).toMatchObject([
      { id: 'g1', purchaseId: 'p1', granted: decimal('100'), sequence: 1n },
      { id: 'g2', purchaseId: 'p2', granted: decimal('100'), sequence: 2n },
    ]);
  });

  test('an unlimited one writes an entry of amount 0, and the balance is unlimited', () => {
    const { entry, told } = post(unlimited('all'));
    expect(told).toMatchObject({ kind: 'GRANT', amount: '0', allocations: ['all 0'], granted: '0', remaining: '0', usage: '0' });
    expect(entry.after.unlimited).toBe(true);
  });

  test('gives the balance its next reset and its next end', () => {
    const [nextResetAt, expiresAt] = [new Date('2026-02-28T12:00:00.000Z'), new Date('2027-01-31')];
    const { entry, state } = post(grant('g', '1', { reset: { unit: 'MONTH', count: 1 }, expiresAt }));
    expect(entry.after).toMatchObject({ nextResetAt, nextExpiryAt: expiresAt });
    expect(state.nextDueAt).toEqual(nextResetAt);
  });

  test('makes the account due at the earliest instant of all its features, and a later movement does not put that off', () => {
    const soon = new Date('2026-02-28');
    const stickers = grant('s', '1', { featureId: 'stickers', expiresAt: new Date('2027-01-31') });
    const { state } = post(grant('g', '1', { expiresAt: soon }), stickers, use('1', 'CAP', 'stickers'));
    expect(state.nextDueAt).toEqual(soon);
  });

  test('its balance is the one that the entry left, and its version is the entry', () => {
    const { state, entry } = post(grant('g', '10'), use('3'));
    expect(poolOf(state, FEATURE).balance).toEqual(balanceAfter(entry));
    expect(balanceAfter(entry).version).toBe(2n);
    expect(state.sequence).toBe(2n);
  });
});

describe('OVERDRAW takes what is there, and the rest from below zero', () => {
  test('150 of 100 leave −50, on a row of its own', () => {
    const { told, state } = post(grant('g', '100'), use('150', 'OVERDRAW'));
    expect(told).toMatchObject({ amount: '-150', granted: '100', remaining: '-50', usage: '150' });
    expect(told.allocations).toEqual(['g -100', 'overdraft -50']);
    expect(grantsIn(state)).toMatchObject([
      { id: 'g', remaining: 0n },
      { origin: 'OVERDRAFT', granted: 0n, remaining: decimal('-50') },
    ]);
  });

  test('again goes deeper on the same row', () => {
    const { state, told } = post(grant('g', '100'), use('150', 'OVERDRAW'), use('1', 'OVERDRAW'));
    expect(told).toMatchObject({ amount: '-1', remaining: '-51', allocations: ['overdraft -1'] });
    expect(grantsIn(state)).toHaveLength(2);
  });

  test('what is covered overdraws nothing', () => {
    expect(grantsIn(post(grant('g', '100'), use('100', 'OVERDRAW')).state)).toHaveLength(1);
  });

  test('while it is below zero, CAP takes nothing and REJECT is refused', () => {
    const { state } = post(use('5', 'OVERDRAW'));
    expect(postAfter(state, use('1', 'CAP')).told).toMatchObject({ amount: '0', remaining: '-5', allocations: [] });
    expect(() => postAfter(state, use('1', 'REJECT'))).toThrow(InsufficientBalanceError);
  });
});

describe('a grant repays an overdraft first', () => {
  let owing: ReturnType<typeof post>['state'];
  beforeEach(() => {
    ({ state: owing } = post(grant('g', '100'), use('150', 'OVERDRAW')));
  });

  test('100 on −50 show 50: the entry says +50 to the overdraft, +50 to the grant', () => {
    const { told, state } = postAfter(owing, grant('top-up', '100'));
    expect(told).toMatchObject({ kind: 'GRANT', amount: '100', granted: '200', remaining: '50', usage: '150' });
    expect(told.allocations).toEqual(['overdraft 50', 'top-up 50']);
    expect(grantsIn(state).find(({ id }) => id === 'top-up')).toMatchObject({
      granted: decimal('100'),
      remaining: decimal('50'),
    });
  });

  test('less than is owed goes there wholly, and the new grant begins used up', () => {
    const { told, state } = postAfter(owing, grant('top-up', '20'));
    expect(told).toMatchObject({ amount: '20', remaining: '-30', allocations: ['overdraft 20', 'top-up 0'] });
    expect(grantsIn(state).find(({ id }) => id === 'top-up')).toMatchObject({ granted: decimal('20'), remaining: 0n });
  });

  test('exactly what is owed leaves zero', () => {
    expect(postAfter(owing, grant('top-up', '50')).told).toMatchObject({ remaining: '0', usage: '150' });
  });

  test('an unlimited grant repays nothing, because it has no amount', () => {
    expect(postAfter(owing, unlimited('all')).told).toMatchObject({ amount: '0', remaining: '-50', allocations: ['all 0'] });
  });

  test('and one of another feature leaves it', () => {
    const { state } = postAfter(owing, grant('s', '100', { featureId: 'stickers' }));
    expect(poolOf(state, FEATURE).balance.remaining).toBe(decimal('-50'));
  });
});

describe('a number that would not fit into 26 digits is refused', () => {
  test.each([
    ['granted', [grant('g', HUGE)], grant('more', '0.000000000001')],
    ['granted, though all of it is used', [grant('g', HUGE), use(HUGE)], grant('more', '1')],
    ['below zero', [use(HUGE, 'OVERDRAW')], use('0.000000000001', 'OVERDRAW')],
    ['used of an unlimited grant', [unlimited('all'), use(HUGE)], use('1')],
  ] as const)('%s', (_, before, last) => {
    const { state } = post(...before);
    expect(() => postAfter(state, last)).toThrow(AmountOverflowError);
  });

  test('and the largest that fits is taken', () => {
    expect(post(grant('g', HUGE), use(HUGE)).told).toMatchObject({ granted: HUGE, remaining: '0', usage: HUGE });
  });
});

describe('a command of several postings', () => {
  test('is numbered on, each posting seeing what the one before left', () => {
    const { entries, state } = postTogether(NEW_ACCOUNT, grant('g', '10'), use('4', 'REJECT'), use('6', 'REJECT'));
    expect(entries.map((entry) => [entry.sequence, tell(entry).remaining])).toEqual([
      [1n, '10'],
      [2n, '6'],
      [3n, '0'],
    ]);
    expect(state.sequence).toBe(3n);
  });

  test('is refused as a whole if one posting is, and the state does not change', () => {
    const { state } = post(grant('g', '10'));
    expect(() => postTogether(state, use('4'), grant('more', '1'), use('8', 'REJECT'))).toThrow(InsufficientBalanceError);
    expect(state.sequence).toBe(1n);
    expect(grantsIn(state)).toMatchObject([{ id: 'g', remaining: decimal('10') }]);
  });

  test('without postings has no entries and changes nothing', () => {
    expect(postTogether(NEW_ACCOUNT)).toEqual({ state: NEW_ACCOUNT, entries: [] });
  });
});
