import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  ACTION1,
  ACTION2,
  CREDIT_CATALOGUE,
  CREDITS,
  check,
  grant,
  ledgerOf,
  openBalances,
  openShop,
  paymentsOf,
  placeHold,
  remainingOf,
  useCredits,
} from '../support/shop.ts';

describe('where the feature and the credits together are too little', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop({ catalogue: CREDIT_CATALOGUE });
  });
  afterAll(() => brim.close());

  it('B6: used up, both are not allowed, and the plans that sell credits are offered', async () => {
    await openBalances(brim, 'b6', { [ACTION1]: '2', [CREDITS]: '1' });
    expect(await useCredits(brim, 'b6', ACTION1, '7')).toMatchObject({ applied: '7' });
    const offers = [{ plan: { id: 'credit_packs' }, feature: { id: CREDITS }, quantity: '100' }];
    expect(await check(brim, { customerId: 'b6', featureId: ACTION1 })).toMatchObject({ allowed: false, offers });
  });

  it('REJECT takes all or nothing across both, records nothing, and offers the plans that sell credits', async () => {
    await openBalances(brim, 'rejected', { [ACTION1]: '10', [CREDITS]: '2' });
    expect(await useCredits(brim, 'rejected', ACTION1, '520', { onShortfall: 'REJECT', idempotencyKey: 'k' })).toMatchObject({
      __typename: 'InsufficientBalanceError',
      required: '520',
      // 10 of its own, and 2 credits that pay for 10 more.
      remaining: '20',
      offers: [{ plan: { id: 'credit_packs' }, quantity: '100', price: { amount: '5' } }],
    });
    expect(await remainingOf(brim, 'rejected', ACTION1, CREDITS)).toEqual(['10', '2']);
    expect(await ledgerOf(brim, 'rejected')).toHaveLength(2);
    await grant(brim, { customerId: 'rejected', featureId: CREDITS, amount: '100' });
    expect(await useCredits(brim, 'rejected', ACTION1, '520', { onShortfall: 'REJECT', idempotencyKey: 'k' })).toMatchObject({
      applied: '520',
      replayed: false,
      balances: [{ remaining: '0' }, { remaining: '0' }],
    });
  });

  it('what can be used is what is said to remain: by track, by a hold, and where something is overdrawn', async () => {
    await openBalances(brim, 'asker', { [ACTION1]: '10', [CREDITS]: '2' });
    const reject = (value: string) => useCredits(brim, 'asker', ACTION1, value, { onShortfall: 'REJECT' });
    const message = `21 of ${ACTION1} were asked and 20 remain. Nothing was used.`;
    expect(await reject('21')).toMatchObject({ message, required: '21', remaining: '20' });
    const held = await placeHold(brim, { customerId: 'asker', featureId: ACTION1, amount: '20.1' });
    expect(held).toMatchObject({ required: '20.1', remaining: '20', balance: { remaining: '10' } });
    expect(await reject('20')).toMatchObject({ applied: '20' });
    await useCredits(brim, 'asker', ACTION1, '3', { onShortfall: 'OVERDRAW' });
    expect(await reject('1')).toMatchObject({ required: '1', remaining: '0' });
  });

  it("CAP takes both and says what is missing; what is too little for a unit's last place stays", async () => {
    await openBalances(brim, 'capped', { [ACTION2]: '1', [CREDITS]: '1' });
    const capped = await useCredits(brim, 'capped', ACTION2, '10');
    expect(capped).toMatchObject({ requested: '10', applied: '2.666666666666', shortfall: '7.333333333334' });
    expect(paymentsOf(capped)).toEqual([`${ACTION2} -1`, `${CREDITS} -1`]);
  });

  it('OVERDRAW goes below zero in credits, and the next that are given repay them', async () => {
    await openBalances(brim, 'overdrawn', { [ACTION1]: '10', [CREDITS]: '2' });
    expect(await useCredits(brim, 'overdrawn', ACTION1, '50', { onShortfall: 'OVERDRAW' })).toMatchObject({
      applied: '50',
      shortfall: '0',
    });
    expect(await remainingOf(brim, 'overdrawn', ACTION1, CREDITS)).toEqual(['0', '-6']);
    expect(await check(brim, { customerId: 'overdrawn', featureId: ACTION1 })).toMatchObject({
      allowed: false,
      shortfall: '6.2',
    });
    await grant(brim, { customerId: 'overdrawn', featureId: CREDITS, amount: '10' });
    expect(await remainingOf(brim, 'overdrawn', CREDITS)).toEqual(['4']);
  });

  it('OVERDRAW goes below zero in the feature itself, where the customer never had credits', async () => {
    await openBalances(brim, 'stranger', {});
    await useCredits(brim, 'stranger', ACTION1, '5', { onShortfall: 'OVERDRAW' });
    expect(await remainingOf(brim, 'stranger', ACTION1, CREDITS)).toEqual(['-5', '0']);
  });
});
