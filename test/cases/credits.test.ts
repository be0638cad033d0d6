import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decimal } from '../../src/values/decimal.ts';
import { subscribe, type TestBrim, take } from '../support/brim.ts';
import {
  ACTION1,
  ACTION2,
  attach,
  balanceOf,
  CREDIT_CATALOGUE,
  CREDITS,
  check,
  GEMS,
  ledgerOf,
  openBalances,
  openShop,
  PICTURE,
  paymentsOf,
  remainingOf,
  TRACKED,
  useCredits,
} from '../support/shop.ts';

describe('credits', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop({ catalogue: CREDIT_CATALOGUE });
  });
  afterAll(() => brim.close());

  it('S1: two actions of different cost draw from one balance, exactly', async () => {
    await openBalances(brim, 's1', { [CREDITS]: '200' });
    const first = await useCredits(brim, 's1', ACTION1, '50.25');
    expect(first).toMatchObject({
      requested: '50.25',
      applied: '50.25',
      shortfall: '0',
      entry: { amount: '0', requested: '50.25', feature: { id: ACTION1 } },
      balance: { remaining: '0', feature: { id: ACTION1 } },
      balances: [{ feature: { id: ACTION1 } }, { remaining: '189.95', usage: '10.05', feature: { id: CREDITS } }],
    });
    expect(paymentsOf(first)).toEqual([`${ACTION1} 0`, `${CREDITS} -10.05`]);
    expect(paymentsOf(await useCredits(brim, 's1', ACTION2, '33.67'))).toEqual([`${ACTION2} 0`, `${CREDITS} -20.202`]);
    expect(await remainingOf(brim, 's1', CREDITS, ACTION1, ACTION2)).toEqual(['169.748', '0', '0']);
    // What others paid for is no use of the action's own balance; its entry counts it all the same.
    expect(await balanceOf(brim, 's1', ACTION1)).toMatchObject({ granted: '0', usage: '0', version: 2 });
    const counted = await brim.app.domain.ledger.reads.entry({ customerId: 's1', sequence: 2n });
    expect(counted).toMatchObject({ amount: 0n, applied: decimal('50.25') });
  });

  it("S3: the feature's own balance pays first, and then the credits: one command, two entries", async () => {
    await openBalances(brim, 's3', { [ACTION1]: '100', [CREDITS]: '200' });
    const page = subscribe(
      brim.socket(),
      'subscription { balanceChanged(customerId: "s3") { cause sequence balance { remaining feature { id } } } }',
    );
    await take(page, 2);
    expect(paymentsOf(await useCredits(brim, 's3', ACTION1, '40.5'))).toEqual([`${ACTION1} -40.5`]);
    expect(await remainingOf(brim, 's3', ACTION1, CREDITS)).toEqual(['59.5', '200']);
    const split = await useCredits(brim, 's3', ACTION1, '80');
    expect(split).toMatchObject({ applied: '80', shortfall: '0', entry: { amount: '-59.5', requested: '80' } });
    expect(paymentsOf(split)).toEqual([`${ACTION1} -59.5`, `${CREDITS} -4.1`]);
    expect(await remainingOf(brim, 's3', ACTION1, CREDITS)).toEqual(['0', '195.9']);
    expect((await take(page, 3)).map(({ balanceChanged }) => balanceChanged)).toEqual([
      { cause: 'LEDGER', sequence: 3, balance: { remaining: '59.5', feature: { id: ACTION1 } } },
      { cause: 'LEDGER', sequence: 4, balance: { remaining: '0', feature: { id: ACTION1 } } },
      { cause: 'LEDGER', sequence: 5, balance: { remaining: '195.9', feature: { id: CREDITS } } },
    ]);
    // The entry of the credits knows the use that it paid for.
    const paid = await brim.app.domain.ledger.reads.entry({ customerId: 's3', sequence: 5n });
    expect(paid).toMatchObject({ cause: 4n, featureId: CREDITS, kind: 'USAGE' });
  });

  it('S4: with nothing of its own, a check answers for the credits, in their units', async () => {
    await openBalances(brim, 's4', { [CREDITS]: '200' });
    const asked = { customerId: 's4', featureId: ACTION1 };
    expect(await check(brim, { ...asked, required: '50.25' })).toEqual({
      allowed: true,
      feature: { id: CREDITS },
      required: '10.05',
      shortfall: '0',
      ...{
        balance: { remaining: '200', unlimited: false },
        balances: [{ feature: { id: CREDITS }, remaining: '200' }],
        offers: [],
        limitedBy: null,
      },
    });
    expect(await check(brim, { ...asked, required: '1000' })).toMatchObject({ allowed: true, required: '200' });
    expect(await check(brim, { ...asked, required: '1001' })).toMatchObject({
      allowed: false,
      required: '200.2',
      shortfall: '0.2',
      offers: [{ plan: { id: 'credit_packs' }, feature: { id: CREDITS }, quantity: '100', price: { amount: '5' } }],
    });
  });

  it('S4: with some of its own, it answers for both together, as track would take them', async () => {
    await openBalances(brim, 's4-both', { [ACTION1]: '100', [CREDITS]: '200' });
    const asked = { customerId: 's4-both', featureId: ACTION1 };
    const balances = [
      { feature: { id: ACTION1 }, remaining: '100' },
      { feature: { id: CREDITS }, remaining: '200' },
    ];
    const answer = { feature: { id: ACTION1 }, balance: { remaining: '100' }, balances };
    expect(await check(brim, { ...asked, required: '1100' })).toMatchObject({ ...answer, allowed: true, shortfall: '0' });
    expect(await check(brim, { ...asked, required: '1103' })).toMatchObject({
      ...answer,
      allowed: false,
      required: '1103',
      shortfall: '3',
      offers: [{ plan: { id: 'credit_packs' }, feature: { id: CREDITS }, quantity: '100' }],
    });
    expect(await useCredits(brim, 's4-both', ACTION1, '1103', { onShortfall: 'REJECT' })).toMatchObject({
      __typename: 'InsufficientBalanceError',
    });
    expect(await useCredits(brim, 's4-both', ACTION1, '1100', { onShortfall: 'REJECT' })).toMatchObject({ applied: '1100' });
    expect(await remainingOf(brim, 's4-both', ACTION1, CREDITS)).toEqual(['0', '0']);
  });

  it('unlimited credits pay for everything', async () => {
    await openBalances(brim, 'all', {});
    await attach(brim, { customerId: 'all', planId: 'all_credits' });
    expect(await check(brim, { customerId: 'all', featureId: ACTION1, required: '1000000' })).toMatchObject({
      allowed: true,
    });
    expect(await useCredits(brim, 'all', ACTION1, '1000', { onShortfall: 'REJECT' })).toMatchObject({ applied: '1000' });
    expect(await balanceOf(brim, 'all', CREDITS)).toMatchObject({ remaining: '0', usage: '200', unlimited: true });
  });

  it('two systems pay in the order in which they were made', async () => {
    await openBalances(brim, 'two', { [PICTURE]: '1', [CREDITS]: '2', [GEMS]: '3' });
    expect(paymentsOf(await useCredits(brim, 'two', PICTURE, '5'))).toEqual([`${PICTURE} -1`, `${CREDITS} -2`, `${GEMS} -1`]);
    expect(await remainingOf(brim, 'two', PICTURE, CREDITS, GEMS)).toEqual(['0', '0', '2']);
    expect(await check(brim, { customerId: 'two', featureId: PICTURE, required: '4' })).toMatchObject({ allowed: true });
    expect(await check(brim, { customerId: 'two', featureId: PICTURE, required: '4.1' })).toMatchObject({ allowed: false });
  });

  it('used directly, they are a feature like any other', async () => {
    await openBalances(brim, 'direct', { [CREDITS]: '10' });
    const used = await useCredits(brim, 'direct', CREDITS, '3.5');
    expect(used).toMatchObject({ applied: '3.5', balance: { remaining: '6.5', feature: { id: CREDITS } } });
    expect(paymentsOf(used)).toEqual([`${CREDITS} -3.5`]);
    expect(await check(brim, { customerId: 'direct', featureId: CREDITS, required: '6.6' })).toMatchObject({
      allowed: false,
    });
  });

  it('a replay is the first answer: the same entries, and balances as they stand', async () => {
    await openBalances(brim, 'replayed', { [ACTION1]: '10', [CREDITS]: '200' });
    const first = await useCredits(brim, 'replayed', ACTION1, '20', { idempotencyKey: 'k' });
    await useCredits(brim, 'replayed', CREDITS, '50');
    const again = await useCredits(brim, 'replayed', ACTION1, '20', { idempotencyKey: 'k' });
    expect(again).toEqual({
      ...first,
      replayed: true,
      balances: [
        { remaining: '0', usage: '10', feature: { id: ACTION1 } },
        { remaining: '148', usage: '52', feature: { id: CREDITS } },
      ],
    });
    expect(await ledgerOf(brim, 'replayed')).toHaveLength(5);
  });

  it('many at once, of two actions, never take more credits than there are', async () => {
    await openBalances(brim, 'many', { [CREDITS]: '10' });
    const events = Array.from({ length: 30 }, (_, index) => ({
      customerId: 'many',
      featureId: index % 2 === 0 ? ACTION1 : ACTION2,
      value: '1',
      onShortfall: 'REJECT',
    }));
    const { trackBatch } = await brim.data(
      `mutation ($events: [TrackInput!]!) { trackBatch(input: { events: $events }) { ... on TrackBatchSuccess { results { ${TRACKED} } } } }`,
      { events },
    );
    const taken = trackBatch.results.filter(({ __typename }: { __typename: string }) => __typename === 'TrackSuccess');
    // 0.2 and 0.6 in turn: 24 fit, and then 0.4 are left, enough for two more of the first action.
    expect(taken).toHaveLength(26);
    expect(taken.every(({ entries }: { entries: unknown[] }) => entries.length === 2)).toBe(true);
    expect(await balanceOf(brim, 'many', CREDITS)).toMatchObject({ remaining: '0', usage: '10' });
  });
});
