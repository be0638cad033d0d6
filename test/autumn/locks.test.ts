import type { Autumn } from 'autumn-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autumnOf, refusalOf } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import { advanceClock, balanceOf, createCustomer, ledgerOf, MESSAGES, openShop } from '../support/shop.ts';

describe('a lock over /v1', () => {
  let brim: TestBrim;
  let autumn: Autumn;

  beforeAll(async () => {
    brim = await openShop({ config: { testClocks: true } });
    autumn = autumnOf(brim);
  });
  afterAll(() => brim.close());

  const lock = (customerId: string, lockId: string, requiredBalance: number, more = {}) =>
    autumn.check({ customerId, featureId: MESSAGES, requiredBalance, lock: { lockId, enabled: true, ...more } });

  it('holds what it needs, is confirmed with what was used, and gives the rest back', async () => {
    await createCustomer(brim, 'writer');
    expect(await lock('writer', 'answer-1', 6)).toMatchObject({ allowed: true, requiredBalance: 6, balance: { remaining: 4 } });
    expect(await balanceOf(brim, 'writer')).toMatchObject({ remaining: '4', held: '6', usage: '0' });
    // What is held counts as used on this wire, which has no word for it.
    expect((await autumn.customers.get({ customerId: 'writer' })).balances[MESSAGES]).toMatchObject({ remaining: 4, usage: 6 });

    const confirmed = await autumn.balances.finalize({ lockId: 'answer-1', action: 'confirm', overrideValue: 2.5 });
    expect(confirmed).toEqual({ success: true });
    expect(await balanceOf(brim, 'writer')).toMatchObject({ remaining: '7.5', held: '0', usage: '2.5' });
  });

  it('is confirmed with all of it where nothing else is said, and released with none of it', async () => {
    await createCustomer(brim, 'both');
    await lock('both', 'all', 3);
    await lock('both', 'none', 4);
    await autumn.balances.finalize({ lockId: 'all', action: 'confirm', properties: { model: 'large' } });
    await autumn.balances.finalize({ lockId: 'none', action: 'release' });
    expect(await balanceOf(brim, 'both')).toMatchObject({ remaining: '7', held: '0', usage: '3' });
    expect((await ledgerOf(brim, 'both')).map(({ kind }: { kind: string }) => kind)).toEqual([
      'GRANT',
      'HOLD',
      'HOLD',
      'SETTLE',
      'RELEASE',
    ]);
  });

  it('reserves nothing where there is too little, and may be tried again', async () => {
    await createCustomer(brim, 'poor');
    expect(await lock('poor', 'too-much', 11)).toMatchObject({ allowed: false, balance: { remaining: 10 } });
    await autumn.balances.create({ customerId: 'poor', featureId: MESSAGES, includedGrant: 1 });
    expect(await lock('poor', 'too-much', 11)).toMatchObject({ allowed: true, balance: { remaining: 0 } });
  });

  it('is one lock however often it is asked for and finalized', async () => {
    await createCustomer(brim, 'again');
    const expiresAt = Date.now() + 600_000;
    const placed = await Promise.all([1, 2, 3].map(() => lock('again', 'once', 2, { expiresAt })));
    for (const each of placed) expect(each).toMatchObject({ allowed: true, balance: { remaining: 8 } });
    for (const _attempt of [1, 2]) {
      expect(await autumn.balances.finalize({ lockId: 'once', action: 'confirm' })).toEqual({ success: true });
    }
    expect(await balanceOf(brim, 'again')).toMatchObject({ remaining: '8', usage: '2' });
    expect(await refusalOf(autumn.balances.finalize({ lockId: 'once', action: 'release' }))).toMatchObject({
      statusCode: 409,
      code: 'hold_not_open',
    });
  });

  it('has an id that is taken, by another amount, by another customer, or by a lock that has ended', async () => {
    await createCustomer(brim, 'first');
    await createCustomer(brim, 'second');
    await lock('first', 'mine', 2);
    const conflict = { statusCode: 409, code: 'already_exists', message: 'There is already a lock with the id "mine".' };
    for (const other of [3, 1e-12]) expect(await refusalOf(lock('first', 'mine', other))).toMatchObject(conflict);
    expect(await refusalOf(lock('second', 'mine', 2))).toMatchObject(conflict);
    await autumn.balances.finalize({ lockId: 'mine', action: 'release' });
    expect(await refusalOf(lock('first', 'mine', 2))).toMatchObject(conflict);
    expect((await balanceOf(brim, 'second')).remaining).toBe('10');
  });

  it('holds credits where they pay, and says so each time', async () => {
    await autumn.features.create({ featureId: 'images', name: 'Images', type: 'metered' });
    const creditSchema = [{ meteredFeatureId: 'images', creditCost: 4 }];
    await autumn.features.create({ featureId: 'credits', name: 'Credits', type: 'credit_system', creditSchema });
    await createCustomer(brim, 'artist');
    await autumn.balances.create({ customerId: 'artist', featureId: 'credits', includedGrant: 10 });
    const lockImages = { lockId: 'images-1', enabled: true } as const;
    for (const _attempt of [1, 2]) {
      const placed = await autumn.check({ customerId: 'artist', featureId: 'images', requiredBalance: 2, lock: lockImages });
      expect(placed).toMatchObject({ allowed: true, balance: { featureId: 'credits', remaining: 2, usage: 8 } });
    }
    await autumn.balances.finalize({ lockId: 'images-1', action: 'confirm', overrideValue: 1 });
    expect(await balanceOf(brim, 'artist', 'credits')).toMatchObject({ remaining: '6', held: '0', usage: '4' });
  });

  it('lapses when it says so, and can then be released but not confirmed', async () => {
    await createCustomer(brim, 'late');
    await lock('late', 'short', 5, { expiresAt: Date.now() + 30_000 });
    await advanceClock(brim, { by: { unit: 'MINUTE', count: 1 } });
    expect((await balanceOf(brim, 'late')).remaining).toBe('10');
    expect(await refusalOf(autumn.balances.finalize({ lockId: 'short', action: 'confirm' }))).toMatchObject({ statusCode: 409 });
    expect(await autumn.balances.finalize({ lockId: 'short', action: 'release' })).toEqual({ success: true });
  });

  it('is refused where it asks for what a hold is not', async () => {
    await createCustomer(brim, 'odd');
    const refusals = [
      [() => lock('odd', 'x', 1, { overageBehavior: 'cap' }), /^lock\.overage_behavior: must be "reject"/],
      [() => lock('odd', 'x', 1, { expiresAt: 1 }), /^lock\.expires_at: must be in the future/],
      [() => lock('odd', 'two words', 1), /^lock\.lock_id: must be/],
      [
        () => autumn.track({ customerId: 'odd', featureId: MESSAGES, lock: { lockId: 'x', enabled: true } }),
        /^lock: is not supported/,
      ],
      [() => autumn.balances.finalize({ lockId: 'x', action: 'release', overrideValue: 1 }), /There is no hold/],
    ] as const;
    for (const [call, message] of refusals) expect((await refusalOf(call())).message).toMatch(message);
    expect(await ledgerOf(brim, 'odd')).toHaveLength(1);
  });
});
