import { describe, expect, test } from 'vitest';
import { InsufficientBalanceError } from '../../../src/ledger/model/errors.ts';
import type { Posting } from '../../../src/ledger/model/posting.ts';
import type { PaymentReturnPolicy } from '../../../src/ledger/model/types.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { balanceIn, live, liveOn } from '../account.ts';
import { FEATURE, grant, hold, settle, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';

function paid(id: string, amount: string): Posting {
  const posting = grant(id, amount);
  if (posting.verb !== 'grant') throw new Error('not a grant');
  return { ...posting, grant: { ...posting.grant, paymentId: 'pay_1' } };
}

function back(total: string, policy: PaymentReturnPolicy = 'DEBT'): Posting {
  const cause = { refundId: 'ref_1', disputeId: null, reason: null };
  return { verb: 'clawback', featureId: FEATURE, paymentId: 'pay_1', total: decimal(total), policy, ...cause };
}

const remaining = (state: Parameters<typeof balanceIn>[0]) => balanceIn(state).remaining;

describe('a clawback', () => {
  test('takes from the own grant first, then from others, and then goes below zero', () => {
    const { state } = live([START, grant('other', '100'), paid('own', '200'), use('180')]);
    const { state: after, told } = liveOn(state, [START, back('200')]);
    expect(told).toMatchObject([{ kind: 'CLAWBACK', amount: '-200', remaining: '-80' }]);
    expect(remaining(liveOn(after, [START, back('0')]).state)).toBe(decimal('120'));
  });

  test('asked for again writes nothing, and more of it takes the difference', () => {
    const { state } = live([START, paid('own', '200'), back('50')]);
    const again = liveOn(state, [START, back('50')]);
    expect(again.entries).toEqual([]);
    expect(liveOn(state, [START, back('120')]).told).toMatchObject([{ kind: 'CLAWBACK', amount: '-70', remaining: '80' }]);
    expect(liveOn(state, [START, back('900')]).told).toMatchObject([{ amount: '-150', remaining: '0' }]);
  });

  test('that forgives takes what is left, and gives no more than that again', () => {
    const { state } = live([START, paid('own', '200'), use('180'), back('200', 'FORGIVE')]);
    expect(remaining(state)).toBe(0n);
    expect(remaining(liveOn(state, [START, back('0', 'FORGIVE')]).state)).toBe(decimal('20'));
  });

  test('that freezes lets nothing be used until what is owed is there', () => {
    const { state } = live([START, paid('own', '200'), use('180'), back('200', 'FREEZE')]);
    expect(state.frozen).toEqual([FEATURE]);
    expect(() => liveOn(state, [START, hold('h', '1')])).toThrow(InsufficientBalanceError);
    expect(liveOn(state, [START, use('1')]).told).toMatchObject([{ kind: 'USAGE', amount: '0', remaining: '-180' }]);
    const repaid = liveOn(state, [START, grant('more', '200'), use('5')]);
    expect(repaid.state.frozen).toEqual([]);
    expect(remaining(repaid.state)).toBe(decimal('15'));
  });

  test('that freezes lets a hold use what it holds, and nothing beyond', () => {
    const gems = { featureId: 'gems' };
    const { state } = live([START, grant('gems', '9', gems), hold('h', '5', gems), paid('own', '200'), use('180')]);
    const { entries, state: after } = liveOn(state, [START, back('200', 'FREEZE'), settle('h', '7')]);
    expect(entries.at(-1)).toMatchObject({ kind: 'SETTLE', requested: decimal('7'), applied: decimal('5') });
    expect(balanceIn(after, 'gems')).toMatchObject({ remaining: decimal('4'), held: 0n });
  });
});
