/** What becomes of units that are used, held or carried on when their payment is returned. */
import { describe, expect, test } from 'vitest';
import type { NewGrant, Posting } from '../../../src/ledger/model/posting.ts';
import type { PaymentReturnPolicy } from '../../../src/ledger/model/types.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { balanceIn, grantsIn, live, liveOn } from '../account.ts';
import { FEATURE, grant, hold, MONTHLY, release, reverse, settle, unlimited, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const LATER = '2026-02-01T12:00:00.000Z';
const FEBRUARY = '2026-02-28T12:00:00.000Z';
const FIRST = { start: new Date(START), end: new Date(FEBRUARY) };
const SECOND = { start: new Date(FEBRUARY), end: new Date('2026-03-31T12:00:00.000Z') };
const OF = { paymentId: 'pay_1', purchaseId: 'pu_1' };

function renew(id: string, period: typeof FIRST, paymentId: string, terms: Partial<NewGrant> = {}): Posting {
  const given = { ...grant(id, '100').grant, origin: 'INCLUDED', purchaseId: 'pu_1', paymentId, ...terms } as const;
  return { verb: 'renew', featureId: FEATURE, purchaseId: 'pu_1', grants: [given], period, reason: null };
}
function back(total: string, policy: PaymentReturnPolicy = 'DEBT'): Posting {
  const cause = { refundId: 'ref_1', disputeId: null, reason: null };
  return { verb: 'clawback', featureId: FEATURE, paymentId: 'pay_1', total: decimal(total), policy, ...cause };
}
type State = Parameters<typeof balanceIn>[0];
const numbers = (state: State) => {
  const { granted, remaining, held, usage } = balanceIn(state);
  return [granted, remaining, held, usage].map((each) => Number(each / 10n ** 12n));
};
const thereafter = (state: State, ...postings: readonly Posting[]) => liveOn(state, [LATER, ...postings]).state;

describe('a payment whose period is over', () => {
  const begun = () => live([START, renew('one', FIRST, 'pay_1'), use('80')], [FEBRUARY, renew('two', SECOND, 'pay_2')]).state;
  const at = (...postings: readonly Posting[]) => liveOn(begun(), [FEBRUARY, ...postings]).state;

  test('is owed for what was used of it, and not for what had expired', () => {
    expect(numbers(at(back('100')))).toEqual([100, 20, 0, 80]);
    expect(numbers(at(back('50')))).toEqual([100, 70, 0, 30]);
    expect(numbers(at(back('50'), back('100')))).toEqual([100, 20, 0, 80]);
    expect(numbers(at(back('100', 'FORGIVE')))).toEqual([100, 100, 0, 0]);
  });

  test('owes as an overdraft where nothing else is left, and freezes', () => {
    const owing = at(use('100'), back('100', 'FREEZE'));
    expect(balanceIn(owing).remaining).toBe(decimal('-80'));
    expect(owing.frozen).toEqual([FEATURE]);
  });

  test('is given again to who paid for it, and nothing of it comes back that had expired', () => {
    expect(numbers(at(back('100'), back('0')))).toEqual([100, 100, 0, 0]);
    expect(numbers(at(use('100'), back('100'), back('0')))).toEqual([100, 0, 0, 100]);
    expect(grantsIn(at(back('100'), back('0'))).every(({ origin }) => origin === 'INCLUDED')).toBe(true);
  });

  test('takes what it carried on, and gives it again', () => {
    const rollover = { max: null, maxPercentage: null, expiresAfter: null };
    const { state: rolled } = live(
      [START, renew('one', FIRST, 'pay_1', { rollover }), use('30')],
      [FEBRUARY, renew('two', SECOND, 'pay_2')],
    );
    const taken = liveOn(rolled, [FEBRUARY, back('100')]).state;
    expect(balanceIn(taken).remaining).toBe(decimal('70'));
    expect(numbers(liveOn(taken, [FEBRUARY, back('0')]).state)).toEqual(numbers(rolled));
  });

  test('that expired gives nothing usable again', () => {
    const { state: bought } = live([START, grant('g', '100', { ...OF, expiresAt: new Date(LATER) }), back('100')], [FEBRUARY]);
    expect(balanceIn(liveOn(bought, [FEBRUARY, back('0')]).state).remaining).toBe(0n);
  });
});

describe('a grant that resets', () => {
  const monthly = grant('m', '100', { ...OF, reset: MONTHLY });

  test('refills nothing once all is returned, whether what was used is forgiven or owed', () => {
    const used = live([START, monthly, use('70')]).state;
    expect(numbers(liveOn(thereafter(used, back('100', 'FORGIVE')), [FEBRUARY]).state)).toEqual([0, 0, 0, 0]);
    expect(balanceIn(liveOn(thereafter(used, back('100')), [FEBRUARY]).state).remaining).toBe(decimal('-70'));
    expect(balanceIn(liveOn(thereafter(used, back('50', 'FORGIVE')), [FEBRUARY]).state).remaining).toBe(decimal('50'));
  });

  test('refills nothing of what is held, and takes it when it is released', () => {
    const held = live([START, monthly, hold('h', '30')]).state;
    for (const policy of ['FORGIVE', 'DEBT'] as const) {
      const taken = thereafter(held, back('100', policy));
      const { state } = liveOn(taken, [FEBRUARY], ['2026-03-01T00:00:00Z', release('h')], ['2026-04-30T00:00:00Z']);
      expect(numbers(state)).toEqual([0, 0, 0, 0]);
    }
  });

  test('refills nothing of what a correction took off, and all of it once all is given again', () => {
    const off: Posting = { verb: 'adjust', featureId: FEATURE, grantId: 'none', to: { by: decimal('-30') }, reason: null };
    const taken = thereafter(live([START, monthly]).state, off, back('100'));
    expect(numbers(liveOn(taken, [FEBRUARY]).state)).toEqual([0, 0, 0, 0]);
    const given = thereafter(taken, back('0'));
    expect(numbers(given)).toEqual([70, 70, 0, 0]);
    expect(numbers(liveOn(given, [FEBRUARY]).state)).toEqual([100, 100, 0, 0]);
  });

  test('refills all once all is given again', () => {
    const used = live([START, monthly, use('70')]).state;
    const given = thereafter(used, back('100', 'FORGIVE'), back('0', 'FORGIVE'));
    expect(numbers(given)).toEqual([100, 30, 0, 70]);
    expect(numbers(liveOn(given, [FEBRUARY]).state)).toEqual([100, 100, 0, 0]);
  });
});

test('what a hold gives back repays an overdraft with the part that stays the customer’s', () => {
  const more = { ...grant('two', '20').grant, origin: 'INCLUDED', reset: MONTHLY, ...OF } as const;
  const given: Posting = { verb: 'grant', grant: more, reason: null };
  const held = live([START, renew('one', FIRST, 'pay_1'), given, hold('h', '20'), use('101', 'OVERDRAW')]).state;
  const forgiven = thereafter(held, back('18', 'FORGIVE'));
  expect(balanceIn(forgiven)).toMatchObject({ remaining: decimal('-1'), held: decimal('20') });
  // 20 come back: 18 of them are taken, and of the other 2 one is owed.
  expect(balanceIn(thereafter(forgiven, release('h')))).toMatchObject({ remaining: decimal('1'), held: 0n });
});

test('an unlimited grant is taken once all is returned, and given again', () => {
  const { state } = live([START, unlimited('u', OF), use('5')]);
  const taken = thereafter(state, back('0.000000000001'));
  expect(balanceIn(taken)).toMatchObject({ unlimited: false, usage: decimal('5') });
  expect(liveOn(taken, [LATER, back('0.000000000001')]).entries).toEqual([]);
  expect(balanceIn(thereafter(taken, use('1'), back('0')))).toMatchObject({ unlimited: true, usage: decimal('5') });
});

test('two grants of one payment get what was taken of each', () => {
  const { state } = live([START, grant('a', '100', OF), grant('b', '50', OF)]);
  const given = thereafter(state, back('150'), back('0'));
  expect(grantsIn(given).map(({ id, remaining }) => [id, remaining])).toEqual([
    ['a', decimal('100')],
    ['b', decimal('50')],
  ]);
});

describe('what is held of a returned payment', () => {
  const begun = () => live([START, grant('g', '100', OF), hold('h', '30')]).state;

  test('is owed, and not used, once it is settled or released', () => {
    const taken = thereafter(begun(), back('100'));
    expect(balanceIn(taken)).toMatchObject({ remaining: decimal('-30'), held: decimal('30') });
    expect(numbers(thereafter(taken, release('h')))).toEqual([0, 0, 0, 0]);
    expect(numbers(thereafter(taken, settle('h', '30')))).toEqual([0, -30, 0, 30]);
    expect(numbers(thereafter(taken, settle('h', '10')))).toEqual([0, -10, 0, 10]);
    expect(numbers(thereafter(taken, settle('h', '10'), back('0')))).toEqual([100, 90, 0, 10]);
    expect(numbers(thereafter(taken, back('0'), release('h')))).toEqual([100, 100, 0, 0]);
  });

  test('is forgiven, and taken as far as it is released', () => {
    const taken = thereafter(begun(), back('100', 'FORGIVE'));
    expect(numbers(thereafter(taken, release('h')))).toEqual([0, 0, 0, 0]);
    expect(numbers(thereafter(taken, settle('h', '10')))).toEqual([10, 0, 0, 10]);
  });
});

describe('a use that is given back after its payment was returned', () => {
  const begun = () => live([START, grant('g', '100', OF), use('80')]);
  const undo = (taken: State, amount?: string) => {
    const families = new Map([[2n, begun().entries.slice(1, 2)]]);
    return liveOn({ ...taken, families }, [LATER, reverse(2n, amount)]).state;
  };

  test('is owed no more, and gives nothing that was taken back', () => {
    expect(numbers(undo(thereafter(begun().state, back('100'))))).toEqual([0, 0, 0, 0]);
    expect(numbers(undo(thereafter(begun().state, back('100')), '50'))).toEqual([0, -30, 0, 30]);
    expect(numbers(thereafter(undo(thereafter(begun().state, back('100'))), back('0')))).toEqual([100, 100, 0, 0]);
  });

  test('gives nothing that was forgiven', () => {
    expect(numbers(undo(thereafter(begun().state, back('100', 'FORGIVE'))))).toEqual([0, 0, 0, 0]);
    expect(numbers(thereafter(undo(thereafter(begun().state, back('100', 'FORGIVE'))), back('0', 'FORGIVE')))).toEqual([
      100, 100, 0, 0,
    ]);
  });
});
