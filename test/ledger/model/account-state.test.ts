import { describe, expect, test } from 'vitest';
import { type AccountState, earliest, emptyBalance, isOpen, momentsOf, poolOf } from '../../../src/ledger/model/account-state.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { NEW_ACCOUNT } from '../account.ts';
import { grantRow } from '../postings.ts';

const SOON = new Date('2026-02-01T00:00:00Z');
const LATER = new Date('2026-03-01T00:00:00Z');
const USED_UP = { remaining: 0n } as const;

describe('a grant is open while a later movement can touch it without naming it', () => {
  test.each([
    ['something remains', {}],
    ['the last trillionth remains', { remaining: 1n }],
    ['it is an overdraft below zero', { origin: 'OVERDRAFT', granted: 0n, remaining: -1n } as const],
    ['it is used up, and something of it is held', { ...USED_UP, held: 1n }],
    ['it is unlimited', { granted: 0n, ...USED_UP, unlimited: true }],
    ['it is used up and resets', { ...USED_UP, reset: { unit: 'MONTH', count: 1 } } as const],
  ])('%s', (_, facts) => {
    expect(isOpen(grantRow(facts))).toBe(true);
  });

  test.each([
    ['it is used up', USED_UP],
    ['it is used up and would have expired', { ...USED_UP, expiresAt: LATER }],
    ['it is an overdraft that was repaid', { origin: 'OVERDRAFT', granted: 0n, ...USED_UP } as const],
  ])('and not when %s', (_, facts) => {
    expect(isOpen(grantRow(facts))).toBe(false);
  });
});

describe('a balance’s next dates', () => {
  test('are the earliest of its open grants', () => {
    const monthly = { reset: { unit: 'MONTH', count: 1 } } as const;
    const grants = [
      grantRow({ ...monthly, nextResetAt: LATER }),
      grantRow({ ...monthly, nextResetAt: SOON, expiresAt: LATER }),
      grantRow(),
    ];
    expect(momentsOf(grants)).toEqual({ unlimited: false, nextResetAt: SOON, nextExpiryAt: LATER });
  });

  test('ignore used-up grants', () => {
    const grants = [grantRow({ ...USED_UP, expiresAt: SOON }), grantRow({ expiresAt: LATER })];
    expect(momentsOf(grants).nextExpiryAt).toEqual(LATER);
  });

  test('of a used-up grant that resets still count', () => {
    const grants = [grantRow({ ...USED_UP, reset: { unit: 'MONTH', count: 1 }, nextResetAt: SOON })];
    expect(momentsOf(grants).nextResetAt).toEqual(SOON);
  });

  test('are null without grants', () => {
    expect(momentsOf([])).toEqual({ unlimited: false, nextResetAt: null, nextExpiryAt: null });
  });

  test('one unlimited grant makes the balance unlimited', () => {
    expect(momentsOf([grantRow(), grantRow({ unlimited: true })]).unlimited).toBe(true);
  });
});

test('the earliest of some instants, of which any may be missing', () => {
  expect(earliest([null, LATER, null, SOON])).toBe(SOON);
  expect(earliest([SOON, LATER])).toBe(SOON);
  expect(earliest([null])).toBeNull();
  expect(earliest([])).toBeNull();
});

describe('the balance of a feature without entries', () => {
  const account: AccountState = { ...NEW_ACCOUNT, sequence: 7n };

  test('is zero in everything, of version 0', () => {
    expect(poolOf(account, 'stickers')).toEqual({ balance: emptyBalance('ada', 'stickers'), grants: [] });
    expect(emptyBalance('ada', 'stickers')).toMatchObject({
      granted: 0n,
      remaining: 0n,
      usage: 0n,
      unlimited: false,
      version: 0n,
    });
  });

  test('is not used for a feature that has entries', () => {
    const pool = { balance: { ...emptyBalance('ada', 'stickers'), remaining: decimal('5') }, grants: [grantRow()] };
    expect(poolOf({ ...account, pools: new Map([['stickers', pool]]) }, 'stickers')).toBe(pool);
  });
});
