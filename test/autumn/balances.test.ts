import type { Autumn } from 'autumn-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autumnOf, postRaw, refusalOf } from '../support/autumn.ts';
import type { TestBrim } from '../support/brim.ts';
import { balanceOf, createCustomer, createFeature, ledgerOf, MESSAGES, openShop, setUsageLimit } from '../support/shop.ts';

describe('balances over /v1', () => {
  let brim: TestBrim;
  let autumn: Autumn;

  beforeAll(async () => {
    brim = await openShop();
    autumn = autumnOf(brim);
    await createFeature(brim, { id: 'sso', type: 'BOOLEAN' });
  });
  afterAll(() => brim.close());

  const ofMessages = (customerId: string) => ({ customerId, featureId: MESSAGES });

  it('stay exact: 0.1 tracked a hundred times is 10, and nothing is left', async () => {
    await createCustomer(brim, 'tenths');
    const tracked = await Promise.all(
      Array.from({ length: 100 }, () => autumn.track({ ...ofMessages('tenths'), value: 0.1, overageBehavior: 'overflow' })),
    );
    const left = tracked.map(({ balance }) => balance?.remaining ?? 0).sort((a, b) => a - b);
    expect(left).toEqual(Array.from({ length: 100 }, (_, index) => index / 10));
    expect(await balanceOf(brim, 'tenths')).toMatchObject({ remaining: '0', usage: '10' });
  });

  it('carry digits that no double holds, both ways', async () => {
    await createCustomer(brim, 'large');
    const given = '12345678901234567890.123456789012';
    const created = await postRaw(
      brim,
      'balances.create',
      `{"customer_id":"large","feature_id":"${MESSAGES}","included_grant":${given}}`,
    );
    expect(await created.json()).toEqual({ success: true });
    expect((await balanceOf(brim, 'large')).remaining).toBe('12345678901234567900.123456789012');
    const shown = await postRaw(brim, 'customers.get', '{"customer_id":"large"}');
    expect(await shown.text()).toContain('"remaining":12345678901234567900.123456789012,');
  });

  it('read numbers as JavaScript prints them: with an exponent, and with the noise of its arithmetic', async () => {
    await createCustomer(brim, 'noise');
    await autumn.track({ ...ofMessages('noise'), value: 1e-7 });
    expect((await balanceOf(brim, 'noise')).remaining).toBe('9.9999999');
    await autumn.track({ ...ofMessages('noise'), value: 0.1 + 0.2 });
    expect((await balanceOf(brim, 'noise')).remaining).toBe('9.6999999');
  });

  it('track once for one idempotency-key, and refuse the key with another use', async () => {
    await createCustomer(brim, 'retry');
    const headers = { 'idempotency-key': 'message-1' };
    for (const _attempt of [1, 2]) {
      expect(await autumn.track({ ...ofMessages('retry'), value: 3 }, { headers })).toMatchObject({
        value: 3,
        balance: { remaining: 7 },
      });
    }
    const refused = await refusalOf(autumn.track({ ...ofMessages('retry'), value: 4 }, { headers }));
    expect(refused).toMatchObject({ statusCode: 409, code: 'idempotency_conflict' });
    expect((await balanceOf(brim, 'retry')).remaining).toBe('7');
  });

  it('track what is there, or all of it below zero, as overage_behavior says; the value is what was taken', async () => {
    await createCustomer(brim, 'over');
    expect(await autumn.track({ ...ofMessages('over'), value: 12 })).toMatchObject({ value: 10, balance: { remaining: 0 } });
    const overflowing = await autumn.track({ ...ofMessages('over'), value: 2, overageBehavior: 'overflow' });
    expect(overflowing).toMatchObject({ value: 2, balance: { remaining: -2 } });
  });

  it('are not allowed beyond a usage limit: by check, by a check that takes, by a lock, and by track', async () => {
    await createCustomer(brim, 'limited');
    await setUsageLimit(brim, { customerId: 'limited', max: '3', per: { unit: 'YEAR' } });
    const asked = { ...ofMessages('limited'), requiredBalance: 4 };
    const refused = { allowed: false, requiredBalance: 4, balance: { remaining: 10 } };
    expect(await autumn.check(asked)).toMatchObject(refused);
    expect(await autumn.check({ ...asked, sendEvent: true })).toMatchObject(refused);
    expect(await autumn.check({ ...asked, lock: { lockId: 'limited', enabled: true } })).toMatchObject(refused);
    expect(await autumn.track({ ...ofMessages('limited'), value: 4 })).toMatchObject({ value: 3, balance: { remaining: 7 } });
    expect(await autumn.track({ ...ofMessages('limited'), value: 4, overageBehavior: 'overflow' })).toMatchObject({ value: 0 });
  });

  it('note properties and the time of a use in the ledger', async () => {
    await createCustomer(brim, 'noted');
    const timestamp = Date.now() - 60_000;
    await autumn.track({ ...ofMessages('noted'), properties: { model: 'large', tokens: 12 }, timestamp, async: true });
    const [, used] = await ledgerOf(brim, 'noted');
    expect(used).toMatchObject({ kind: 'USAGE', amount: '-1', occurredAt: new Date(timestamp).toISOString() });
  });

  it('track many at once, and say which could not be', async () => {
    await createCustomer(brim, 'many');
    const uses = [1, 2, 3].map((value) => ({ ...ofMessages('many'), value }));
    expect(await autumn.batchTrack(uses)).toEqual({ success: true });
    expect((await balanceOf(brim, 'many')).remaining).toBe('4');

    const headers = { 'idempotency-key': 'batch-1' };
    const withStranger = [{ ...ofMessages('many'), value: 1 }, ofMessages('stranger')];
    for (const _attempt of [1, 2]) {
      expect(await refusalOf(autumn.batchTrack(withStranger, { headers }))).toMatchObject({
        statusCode: 400,
        code: 'batch_incomplete',
        message: expect.stringMatching(/^1 of 2 were tracked.* 1: There is no customer with the id "stranger"/),
      });
    }
    expect((await balanceOf(brim, 'many')).remaining).toBe('3');
  });

  it('are checked without a change, and in one step with a use', async () => {
    await createCustomer(brim, 'asks');
    expect(await autumn.check({ ...ofMessages('asks'), requiredBalance: 10 })).toMatchObject({ allowed: true, flag: null });
    const taken = await autumn.check({ ...ofMessages('asks'), requiredBalance: 8, sendEvent: true });
    expect(taken).toMatchObject({ allowed: true, requiredBalance: 8, balance: { remaining: 2, usage: 8 } });
    const denied = await autumn.check({ ...ofMessages('asks'), requiredBalance: 3, sendEvent: true });
    expect(denied).toMatchObject({ allowed: false, requiredBalance: 3, balance: { remaining: 2 } });
    expect((await balanceOf(brim, 'asks')).remaining).toBe('2');
  });

  it('have a flag in their place where a feature is boolean', async () => {
    await brim.data(
      `mutation { createPlan(input: { id: "team", name: "Team", addOn: true, items: [{ featureId: "sso" }] }) { __typename } }`,
    );
    await createCustomer(brim, 'team');
    expect(await autumn.check({ customerId: 'team', featureId: 'sso' })).toMatchObject({ allowed: false, balance: null });
    await autumn.billing.attach({ customerId: 'team', planId: 'team' });
    expect(await autumn.check({ customerId: 'team', featureId: 'sso' })).toMatchObject({
      allowed: true,
      balance: null,
      flag: { featureId: 'sso', planId: 'team' },
    });
    expect((await autumn.customers.get({ customerId: 'team' })).flags['sso']).toMatchObject({ planId: 'team' });
  });

  it('show the credits that pay where a feature has nothing of its own', async () => {
    await autumn.features.create({ featureId: 'images', name: 'Images', type: 'metered', consumable: true });
    await autumn.features.create({
      featureId: 'credits',
      name: 'Credits',
      type: 'credit_system',
      creditSchema: [{ meteredFeatureId: 'images', creditCost: 4 }],
    });
    await createCustomer(brim, 'artist');
    await autumn.balances.create({ customerId: 'artist', featureId: 'credits', includedGrant: 10 });
    const ofImages = { customerId: 'artist', featureId: 'images' };
    expect(await autumn.check({ ...ofImages, requiredBalance: 3 })).toMatchObject({
      allowed: false,
      requiredBalance: 12,
      balance: { featureId: 'credits', remaining: 10 },
    });
    expect(await autumn.track({ ...ofImages, value: 2 })).toMatchObject({
      value: 2,
      balance: { featureId: 'credits', remaining: 2 },
    });
  });

  it('are given by hand and set by hand', async () => {
    await createCustomer(brim, 'gift');
    const expiresAt = Date.now() + 86_400_000;
    expect(await autumn.balances.create({ ...ofMessages('gift'), includedGrant: 5.5, expiresAt })).toEqual({ success: true });
    expect((await autumn.customers.get({ customerId: 'gift' })).balances[MESSAGES]).toMatchObject({
      remaining: 15.5,
      breakdown: [{ includedGrant: 5.5, planId: null, expiresAt }, { includedGrant: 10 }],
    });
    await autumn.balances.update({ ...ofMessages('gift'), remaining: 3 });
    expect((await balanceOf(brim, 'gift')).remaining).toBe('3');
    await autumn.balances.update({ ...ofMessages('gift'), addToBalance: -0.5 });
    expect((await balanceOf(brim, 'gift')).remaining).toBe('2.5');
    expect(await refusalOf(autumn.balances.update({ ...ofMessages('gift'), remaining: 1, addToBalance: 1 }))).toMatchObject({
      statusCode: 400,
    });
  });
});
