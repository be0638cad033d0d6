import { describe, expect, it } from 'vitest';
import { budgetHeaders, type Caller, credentialIdOf, openBudgets, overBudget } from '../../src/access/budgets.ts';

function openTimed() {
  let nowMs = Date.UTC(2026, 0, 1);
  const clock = { now: () => new Date(nowMs) };
  const budgets = openBudgets({ clock, perToken: 600, perCustomer: 1_200, perKey: 6_000 });
  return { budgets, pass: (ms: number) => (nowMs += ms) };
}

const customer = (customerId: string, token: string): Caller => ({
  actor: { kind: 'customer', customerId, attachablePlanIds: [], expiresAt: new Date(8.64e15) },
  credentialId: credentialIdOf(`Bearer ${token}`),
});
const key = (secret: string): Caller => ({ actor: { kind: 'app' }, credentialId: credentialIdOf(`Bearer ${secret}`) });

describe('the budgets', () => {
  it('limit what one token spends, and refill', () => {
    const { budgets, pass } = openTimed();
    expect(budgets.spend(customer('ada', 'one'), 600)).toMatchObject({ waitMs: 0, account: { limit: 600, remaining: 0 } });
    const refused = budgets.spend(customer('ada', 'one'), 20);
    expect(refused.waitMs).toBe(2_000);
    expect(overBudget(refused)).toMatchObject({ code: 'RATE_LIMITED', retryable: true, retryAfterSeconds: 2 });
    pass(2_000);
    expect(budgets.spend(customer('ada', 'one'), 20).waitMs).toBe(0);
  });

  it('limit what one customer spends over all of its tokens', () => {
    const { budgets } = openTimed();
    const waits = ['one', 'two', 'three'].map((token) => budgets.spend(customer('ada', token), 600).waitMs);
    expect(waits).toEqual([0, 0, 30_000]);
    expect(budgets.spend(customer('bob', 'four'), 600).waitMs).toBe(0);
  });

  it('take nothing where one of two buckets is empty', () => {
    const { budgets } = openTimed();
    for (const token of ['one', 'two']) budgets.spend(customer('ada', token), 600);
    budgets.spend(customer('ada', 'three'), 600);
    expect(budgets.spend(customer('ada', 'three'), 0).account.remaining).toBe(0);
    expect(budgets.spend(customer('bob', 'three'), 600).waitMs).toBe(0);
  });

  it('allow a cost above the whole budget when the budget is full, and use it up', () => {
    const { budgets } = openTimed();
    expect(budgets.spend(customer('ada', 'one'), 100_000)).toMatchObject({ waitMs: 0, account: { remaining: 0 } });
    expect(budgets.spend(customer('ada', 'one'), 100_000).waitMs).toBe(60_000);
  });

  it('deduct what is left for work that is done already', () => {
    const { budgets } = openTimed();
    budgets.deduct(customer('ada', 'one'), 1_000);
    expect(budgets.spend(customer('ada', 'one'), 0).account.remaining).toBe(0);
  });

  it('of one secret key do not affect another’s', () => {
    const { budgets } = openTimed();
    budgets.spend(key('old'), 6_000);
    expect(budgets.spend(key('old'), 1).waitMs).toBe(10);
    expect(budgets.spend(key('new'), 6_000).waitMs).toBe(0);
  });

  it('never limit the uses of a secret key below 1,000 a second, and charge no points for them', () => {
    const { budgets, pass } = openTimed();
    budgets.deduct(key('one'), 6_000);
    for (let second = 0; second < 5; second += 1) {
      for (let use = 0; use < 1_000; use += 1) {
        expect(budgets.spendGuaranteed(key('one'), 1).waitMs).toBe(0);
        pass(1);
      }
    }
    const burst = Array.from({ length: 1_500 }, () => budgets.spendGuaranteed(key('one'), 1).waitMs);
    expect(burst.filter((waitMs) => waitMs === 0)).toHaveLength(1_000);
    expect(budgets.spendGuaranteed(customer('ada', 'one'), 1).waitMs).toBeGreaterThan(0);
  });

  it("have GitHub's header names", () => {
    const { budgets } = openTimed();
    const { account } = budgets.spend(customer('ada', 'one'), 60);
    expect(budgetHeaders(account)).toEqual({
      'x-ratelimit-limit': '600',
      'x-ratelimit-remaining': '540',
      'x-ratelimit-used': '60',
      'x-ratelimit-reset': String(Date.UTC(2026, 0, 1) / 1_000 + 6),
    });
  });

  it('distinguish credentials by their content, however the scheme is written', () => {
    expect(credentialIdOf('bearer  one')).toBe(credentialIdOf('Bearer one'));
    expect(credentialIdOf('Bearer one')).not.toBe(credentialIdOf('Bearer two'));
    expect(credentialIdOf('Bearer one')).not.toContain('one');
  });

  it('keep only what was spent lately', () => {
    const { budgets, pass } = openTimed();
    for (let index = 0; index < 20_000; index += 1) {
      budgets.spend(customer(`customer-${index}`, `token-${index}`), 1);
      pass(60);
    }
    expect(budgets.size).toBeLessThan(3_000);
  });
});
