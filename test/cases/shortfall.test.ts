import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  answerPage,
  attach,
  balanceOf,
  createCustomer,
  createFeature,
  createPlan,
  grant,
  prepaid,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const WORDS = 'words';

describe('more is used than is there', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
    await createFeature(brim, WORDS);
    await createPlan(brim, { id: 'packs', addOn: true, items: [{ featureId: WORDS, price: prepaid('10') }] });
  });
  afterAll(() => brim.close());

  async function openBalance(customerId: string, amount: string) {
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, featureId: WORDS, amount });
  }

  async function readLedger(customerId: string) {
    const { customer } = await brim.data(
      `query ($id: ID!) { customer(id: $id) { ledger { nodes {
        sequence kind amount remainingBefore remainingAfter allocations { amount grant { granted remaining purchase { id } } }
      } } } }`,
      { id: customerId },
    );
    return customer.ledger.nodes;
  }

  const mayUse = async (customerId: string) =>
    (
      await brim.data(`query ($id: ID!) { check(input: { customerId: $id, featureId: "${WORDS}" }) { allowed shortfall } }`, {
        id: customerId,
      })
    ).check;

  it('R1: REJECT takes nothing and records nothing, and its key works after a grant', async () => {
    await openBalance('r1', '500');
    const before = await balanceOf(brim, 'r1', WORDS);
    const use = { customerId: 'r1', featureId: WORDS, value: '600', onShortfall: 'REJECT', idempotencyKey: 'r1' };
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await track(brim, use)).toEqual({
        __typename: 'InsufficientBalanceError',
        message: '600 of words were asked and 500 remain. Nothing was used.',
        required: '600',
        remaining: '500',
        offers: [{ plan: { id: 'packs' }, quantity: '100', price: { amount: '10', currency: 'usd' } }],
      });
    }
    expect(await balanceOf(brim, 'r1', WORDS)).toEqual(before);
    expect(await readLedger('r1')).toHaveLength(1);
    await grant(brim, { customerId: 'r1', featureId: WORDS, amount: '100' });
    expect(await track(brim, use)).toMatchObject({ applied: '600', replayed: false, balance: { remaining: '0' } });
    expect(await track(brim, use)).toMatchObject({ applied: '600', replayed: true, balance: { remaining: '0' } });
  });

  it('R2: OVERDRAW goes below zero, and a top-up repays that first and says so', async () => {
    await openBalance('r2', '100');
    expect(await track(brim, { customerId: 'r2', featureId: WORDS, value: '150', onShortfall: 'OVERDRAW' })).toMatchObject({
      applied: '150',
      shortfall: '0',
      balance: { remaining: '-50' },
    });
    expect(await mayUse('r2')).toEqual({ allowed: false, shortfall: '51' });

    const bought = await attach(brim, { customerId: 'r2', planId: 'packs', featureQuantities: wanting('100', WORDS) });
    await answerPage(bought.checkoutUrl);
    await untilStatus(brim, bought.purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'r2', WORDS)).toMatchObject({ remaining: '50', granted: '200', usage: '150' });
    expect(await mayUse('r2')).toEqual({ allowed: true, shortfall: '0' });
    const [entry] = await readLedger('r2');
    expect(entry).toEqual({
      sequence: 3,
      kind: 'GRANT',
      amount: '100',
      remainingBefore: '-50',
      remainingAfter: '50',
      allocations: [
        { amount: '50', grant: { granted: '0', remaining: '0', purchase: null } },
        { amount: '50', grant: { granted: '100', remaining: '50', purchase: { id: bought.purchase.id } } },
      ],
    });
  });

  it('R2: a top-up that is smaller than what is owed leaves the rest owed', async () => {
    await openBalance('r2_deep', '10');
    await track(brim, { customerId: 'r2_deep', featureId: WORDS, value: '260', onShortfall: 'OVERDRAW' });
    await grant(brim, { customerId: 'r2_deep', featureId: WORDS, amount: '100' });
    expect(await balanceOf(brim, 'r2_deep', WORDS)).toMatchObject({ remaining: '-150' });
    // While something is owed, a capped use takes nothing.
    expect(await track(brim, { customerId: 'r2_deep', featureId: WORDS, value: '5' })).toMatchObject({
      applied: '0',
      shortfall: '5',
    });
    await grant(brim, { customerId: 'r2_deep', featureId: WORDS, amount: '150' });
    expect(await balanceOf(brim, 'r2_deep', WORDS)).toMatchObject({ remaining: '0', granted: '260', usage: '260' });
  });
});
