/**
 * Payments that are returned and given again in any order, while their units are used, held, given
 * back, carried on and renewed. The model is one sum: the customer has what was granted and is not
 * back, less what is used and held.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { poolOf } from '../../src/ledger/model/account-state.ts';
import type { Posting } from '../../src/ledger/model/posting.ts';
import { returnedOf } from '../../src/ledger/model/returned.ts';
import { type LedgerEntry, PAYMENT_RETURN_POLICIES } from '../../src/ledger/model/types.ts';
import { decimal } from '../../src/values/decimal.ts';
import { DomainError } from '../../src/values/errors.ts';
import { balanceIn, grantsIn, liveOn, NEW_ACCOUNT } from '../ledger/account.ts';
import { FEATURE, grant, hold, MONTHLY, release, reverse, settle, use } from '../ledger/postings.ts';
import { runs, seed } from './seed.ts';

const START_MS = Date.UTC(2027, 0, 31, 12);
const DAY_MS = 86_400_000;
const PAYMENTS = ['pay_1', 'pay_2', 'pay_3'] as const;

const payment = fc.constantFrom(...PAYMENTS);
const units = fc.nat(60).map((part) => part + 1);
const pick = fc.nat(4);
const instant = fc.oneof(
  fc.record({ act: fc.constant('buy' as const), payment, units }),
  fc.record({ act: fc.constant('use' as const), units, onShortfall: fc.constantFrom('CAP' as const, 'OVERDRAW' as const) }),
  fc.record({ act: fc.constant('hold' as const), units }),
  fc.record({ act: fc.constant('settle' as const), pick, units }),
  fc.record({ act: fc.constant('release' as const), pick }),
  fc.record({ act: fc.constant('reverse' as const), pick, isAll: fc.boolean() }),
  fc.record({ act: fc.constant('back' as const), payment, percent: fc.constantFrom(0, 30, 50, 100, 100) }),
);
const inTime = fc.oneof(
  { weight: 4, arbitrary: instant },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('renew' as const), payment, month: fc.nat(3), carries: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('monthly' as const), payment, units, carries: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 40 }) }) },
);
type Act = typeof inTime extends fc.Arbitrary<infer Drawn> ? Drawn : never;

const chosen = <Thing>(things: readonly Thing[], index: number) => things.at(-1 - (index % Math.max(things.length, 1)));

/** An account, and all that it was told. */
function openAccount(policy: (typeof PAYMENT_RETURN_POLICIES)[number]) {
  let state = NEW_ACCOUNT;
  let now = START_MS;
  let made = 0;
  const entries: LedgerEntry[] = [];
  const asked = (paymentId: string) => returnedOf(state.payments.get(paymentId) ?? []);
  const back = (paymentId: string, total: bigint): Posting => {
    return { verb: 'clawback', featureId: FEATURE, paymentId, total, policy, refundId: 'r', disputeId: null, reason: null };
  };
  /** What is refused changes nothing. */
  const post = (...postings: readonly Posting[]) => {
    try {
      const after = liveOn(state, [new Date(now).toISOString(), ...postings]);
      ({ state } = after);
      entries.push(...after.entries);
      return after.entries.length;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return 0;
    }
  };
  const rolling = (carries: boolean) => (carries ? { max: null, maxPercentage: null, expiresAfter: null } : null);
  const given = (paymentId: string, amount: number, more: object = {}) => {
    made += 1;
    return { ...grant(`g${made}`, String(amount)).grant, origin: 'INCLUDED', purchaseId: 'pu', paymentId, ...more } as const;
  };
  function act(each: Act): void {
    if (each.act === 'wait') now += each.days * DAY_MS;
    if (each.act === 'buy') post({ verb: 'grant', grant: given(each.payment, each.units), reason: null });
    if (each.act === 'monthly') {
      const terms = { reset: MONTHLY, rollover: rolling(each.carries) };
      post({ verb: 'grant', grant: given(each.payment, each.units, terms), reason: null });
    }
    if (each.act === 'renew') {
      const [start, end] = [each.month, each.month + 1].map((month) => new Date(START_MS + month * 30 * DAY_MS)) as [Date, Date];
      const grants = [given(each.payment, 40, { rollover: rolling(each.carries) })];
      post({ verb: 'renew', featureId: FEATURE, purchaseId: 'pu', grants, period: { start, end }, reason: null });
    }
    if (each.act === 'use') post(use(String(each.units), each.onShortfall));
    if (each.act === 'hold') {
      made += 1;
      post(hold(`h${made}`, String(each.units)));
    }
    const open = [...state.holds.values()].filter(({ status }) => status === 'OPEN').map(({ id }) => id);
    if (each.act === 'settle') post(settle(chosen(open, each.pick) ?? 'none', String(each.units)));
    if (each.act === 'release') post(release(chosen(open, each.pick) ?? 'none'));
    if (each.act === 'reverse') {
      const used = chosen(
        entries.filter(({ kind, applied }) => (kind === 'USAGE' || kind === 'SETTLE') && applied !== 0n),
        each.pick,
      );
      if (!used) return;
      const family = entries.filter(({ sequence, cause }) => sequence === used.sequence || cause === used.sequence);
      state = { ...state, families: new Map([[used.sequence, family]]) };
      post(reverse(used.sequence, each.isAll ? undefined : '1'));
    }
    if (each.act === 'back') {
      const total = (asked(each.payment).granted * BigInt(each.percent)) / 100n;
      post(back(each.payment, total));
      expect(post(back(each.payment, total))).toBe(0);
    }
  }
  return { act, asked, back, post, entries, state: () => state };
}

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

/** What must be true at any time. */
function expectPromises({ asked, entries, state }: ReturnType<typeof openAccount>): void {
  const [grants, balance] = [grantsIn(state()), balanceIn(state())];
  const { remaining, held, usage } = balance;
  expect([remaining, held]).toEqual([sum(entries.map(({ amount }) => amount)), sum(grants.map((each) => each.held))]);
  expect(usage).toBeGreaterThanOrEqual(0n);
  for (const paymentId of PAYMENTS) {
    const { granted, total } = asked(paymentId);
    const own = grants.filter((each) => each.paymentId === paymentId);
    const taken = sum(own.map((each) => each.takenBack + each.owed));
    expect(taken).toBeLessThanOrEqual(total);
    expect(total).toBeLessThanOrEqual(granted);
    for (const each of own) {
      expect(each.takenBack).toBeGreaterThanOrEqual(0n);
      expect(each.owed).toBeGreaterThanOrEqual(0n);
      expect(each.remaining + (each.endedAt ? 0n : each.held)).toBeLessThanOrEqual(each.granted);
    }
  }
}

test(`what is owed of returned payments is one sum, in any order (BRIM_SEED=${seed})`, () => {
  fc.assert(
    fc.property(
      fc.array(instant, { maxLength: 40, size: 'max' }),
      fc.constantFrom('DEBT' as const, 'FREEZE' as const),
      (acts, policy) => {
        const account = openAccount(policy);
        for (const each of acts) {
          account.act(each);
          expectPromises(account);
          const { remaining, held, usage } = balanceIn(account.state());
          const paid = PAYMENTS.map(account.asked);
          const used = sum(account.entries.map(({ applied }) => applied ?? 0n));
          expect(remaining).toBe(sum(paid.map(({ granted, total }) => granted - total)) - used - held);
          expect(usage).toBeGreaterThanOrEqual(used);
        }
      },
    ),
    runs(300),
  );
});

test(`whatever time does, no more is taken than was granted, and all adds up (BRIM_SEED=${seed})`, () => {
  fc.assert(
    fc.property(fc.array(inTime, { maxLength: 40, size: 'max' }), fc.constantFrom(...PAYMENT_RETURN_POLICIES), (acts, policy) => {
      const account = openAccount(policy);
      for (const each of acts) {
        account.act(each);
        expectPromises(account);
      }
    }),
    runs(300),
  );
});

test(`what is taken and given again at once is as it was (BRIM_SEED=${seed})`, () => {
  fc.assert(
    fc.property(
      fc.array(inTime, { maxLength: 20, size: 'max' }),
      fc.constantFrom(...PAYMENT_RETURN_POLICIES),
      units,
      (acts, policy, amount) => {
        const account = openAccount(policy);
        for (const each of acts.filter(({ act }) => act !== 'back')) account.act(each);
        account.post({ verb: 'grant', grant: { ...grant('new', String(amount)).grant, paymentId: 'untouched' }, reason: null });
        const before = poolOf(account.state(), FEATURE);
        account.post(account.back('untouched', decimal(String(amount))), account.back('untouched', 0n));
        const { balance, grants } = poolOf(account.state(), FEATURE);
        expect({ ...balance, version: 0n }).toEqual({ ...before.balance, version: 0n });
        expect(grants.filter(({ origin }) => origin !== 'OVERDRAFT')).toEqual(
          before.grants.filter(({ origin }) => origin !== 'OVERDRAFT'),
        );
      },
    ),
    runs(200),
  );
});
