import { describe, expect, test } from 'vitest';
import { poolOf } from '../../../src/ledger/model/account-state.ts';
import { useOf } from '../../../src/ledger/model/allocation.ts';
import { InsufficientBalanceError } from '../../../src/ledger/model/errors.ts';
import type { Posting } from '../../../src/ledger/model/posting.ts';
import { lackOf } from '../../../src/ledger/rules/spread.ts';
import { decimal, formatDecimal } from '../../../src/values/decimal.ts';
import { grantsIn, NEW_ACCOUNT, post, postAfter } from '../account.ts';
import { FEATURE, grant, unlimited, use } from '../postings.ts';

const remainders = (...postings: readonly Posting[]) =>
  grantsIn(post(...postings).state).map(({ id, remaining }) => `${id} ${formatDecimal(remaining)}`);

describe('a use takes what was asked', () => {
  test('and its entry says how much, from which grant, and what is left', () => {
    expect(post(grant('g', '100'), use('23.47')).told).toEqual({
      kind: 'USAGE',
      amount: '-23.47',
      requested: '23.47',
      allocations: ['g -23.47'],
      granted: '100',
      remaining: '76.53',
      usage: '23.47',
    });
  });

  test('ten thousand times 0.1 of 1,000 leave exactly nothing', () => {
    let { state } = post(grant('g', '1000'));
    for (let times = 0; times < 10_000; times += 1) ({ state } = postAfter(state, use('0.1', 'REJECT')));
    expect(poolOf(state, FEATURE).balance).toMatchObject({ remaining: 0n, usage: decimal('1000'), version: 10_001n });
  });

  test('from as many grants as it needs, in burn-down order', () => {
    const monthly = grant('monthly', '500', { reset: { unit: 'MONTH', count: 1 } });
    expect(remainders(grant('once', '200'), monthly, use('100'))).toEqual(['monthly 400', 'once 200']);
    const { told } = post(grant('once', '200'), monthly, use('100'), use('450'));
    expect(told.allocations).toEqual(['monthly -400', 'once -50']);
    expect(remainders(grant('a', '100'), grant('b', '50'), grant('c', '200'), use('120'), use('200'))).toEqual([
      'a 0',
      'b 0',
      'c 30',
    ]);
  });

  test('from the grant that expires sooner', () => {
    const [soon, later] = [new Date('2026-03-01'), new Date('2026-04-01')];
    expect(remainders(grant('later', '100', { expiresAt: later }), grant('soon', '100', { expiresAt: soon }), use('60'))).toEqual(
      ['soon 40', 'later 100'],
    );
  });

  test('of its own feature only', () => {
    const { state } = post(grant('g', '100'), grant('s', '7', { featureId: 'stickers' }), use('5', 'CAP', 'stickers'));
    expect(poolOf(state, FEATURE).balance).toMatchObject({ remaining: decimal('100'), version: 1n });
    expect(poolOf(state, 'stickers').balance).toMatchObject({ remaining: decimal('2'), version: 3n });
  });
});

describe('CAP takes what is there and says what was asked', () => {
  test('50 of 20 take 20', () => {
    const { entry, told } = post(grant('g', '20'), use('50', 'CAP'));
    expect(told).toMatchObject({ amount: '-20', requested: '50', allocations: ['g -20'], remaining: '0', usage: '20' });
    expect(formatDecimal(useOf(entry))).toBe('20');
  });

  test('a use of nothing still writes an entry, of amount 0', () => {
    const { told, entry } = post(grant('g', '20'), use('20'), use('5', 'CAP'));
    expect(told).toMatchObject({ kind: 'USAGE', amount: '0', requested: '5', allocations: [], remaining: '0', usage: '20' });
    expect(entry.sequence).toBe(3n);
  });

  test('even where nothing was ever granted', () => {
    const { told } = post(use('5', 'CAP'));
    expect(told).toMatchObject({ amount: '0', requested: '5', allocations: [], granted: '0', remaining: '0', usage: '0' });
  });
});

describe('REJECT takes all or nothing', () => {
  test('exactly what is there is taken', () => {
    expect(post(grant('g', '500'), use('500', 'REJECT')).told).toMatchObject({ amount: '-500', remaining: '0' });
  });

  test('600 of 500 are refused, with what was asked and what remains, and the state stays as it was', () => {
    const { state } = post(grant('g', '500'));
    let refusal: unknown;
    try {
      postAfter(state, use('600', 'REJECT'));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(InsufficientBalanceError);
    expect(refusal).toMatchObject({ required: decimal('600'), remaining: decimal('500'), balance: { version: 1n } });
    expect(poolOf(state, FEATURE).balance.remaining).toBe(decimal('500'));
  });

  test('the last trillionth too much is too much', () => {
    expect(() => post(grant('g', '1'), use('1.000000000001', 'REJECT'))).toThrow(InsufficientBalanceError);
  });
});

describe('an unlimited grant', () => {
  test('is used first, counted, and leaves the finite ones alone', () => {
    const { told, state } = post(grant('g', '20'), unlimited('all'), use('50', 'REJECT'));
    expect(told).toMatchObject({
      amount: '0',
      requested: '50',
      allocations: ['all 0 used 50'],
      granted: '20',
      remaining: '20',
      usage: '50',
    });
    expect(grantsIn(state).map(({ id, remaining, unlimitedUse }) => [id, remaining, unlimitedUse])).toEqual([
      ['all', 0n, decimal('50')],
      ['g', decimal('20'), 0n],
    ]);
  });

  test('keeps granted 0 and remaining 0 however much is used, and adds the uses up', () => {
    const { state, entry } = post(unlimited('all'), use('50'), use('0.5', 'OVERDRAW'));
    expect(grantsIn(state)[0]).toMatchObject({ granted: 0n, remaining: 0n, unlimitedUse: decimal('50.5') });
    expect(entry.after).toMatchObject({ granted: 0n, remaining: 0n, usage: decimal('50.5'), unlimited: true });
    expect(formatDecimal(useOf(entry))).toBe('0.5');
  });

  test('comes before what was used of a finite one, and the usages add up', () => {
    expect(post(grant('g', '20'), use('5'), unlimited('all'), use('7')).told).toMatchObject({
      granted: '20',
      remaining: '15',
      usage: '12',
    });
  });
});

test('an entry says when it was taken, and when it happened if the caller says so', () => {
  const occurredAt = new Date('2026-01-30T00:00:00Z');
  const { entry } = post({ ...use('1'), occurredAt, properties: { model: 'large' } });
  expect(entry).toMatchObject({ occurredAt, recordedAt: new Date('2026-01-31T12:00:00Z'), properties: { model: 'large' } });
});

test('check and track share one rule: what is covered, and what is missing', () => {
  const balance = { unlimited: false, remaining: decimal('5') };
  expect(lackOf(balance, [], decimal('5')).shortfall).toBe(0n);
  expect(formatDecimal(lackOf(balance, [], decimal('5.1')).shortfall)).toBe('0.1');
  expect(formatDecimal(lackOf(balance, [], decimal('7')).shortfall)).toBe('2');
  expect(formatDecimal(lackOf({ unlimited: false, remaining: decimal('-50') }, [], decimal('1')).shortfall)).toBe('51');
  expect(lackOf({ unlimited: true, remaining: 0n }, [], decimal('1000000')).shortfall).toBe(0n);
});

test('a new account is not changed by what is posted to it', () => {
  post(grant('g', '1'), use('1'));
  const empty = { pools: new Map(), holds: new Map(), families: new Map(), payments: new Map() };
  const none = { frozen: [], limits: [], limitsVersion: 0n };
  expect(NEW_ACCOUNT).toEqual({ customerId: 'ada', sequence: 0n, nextDueAt: null, recordedAt: null, ...empty, ...none });
});
