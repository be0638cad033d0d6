import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  balanceOf,
  check,
  createCustomer,
  createCustomerToken,
  grant,
  MESSAGES,
  openShop,
  placeHold,
  releaseHold,
  removeUsageLimit,
  reverseUsage,
  settleHold,
  setUsageLimit,
  stoppedClock,
  track,
  usageLimitsOf,
} from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

const time = stoppedClock('2026-01-31T12:00:00.000Z');
const MIDNIGHT = '2026-02-01T00:00:00.000Z';

describe('a usage limit', () => {
  let brim: TestBrim;
  let other: TestBrim;
  let sql: Sql;
  beforeAll(async () => {
    brim = await openShop({ clock: time.clock });
    other = await openBrim({ clock: time.clock, databaseUrl: brim.databaseUrl });
    sql = await openSql(brim.databaseUrl);
  });
  afterAll(async () => {
    await sql.close();
    await other.close();
    await brim.close();
  });

  /** A customer with a thousand messages. */
  async function customer(customerId: string): Promise<string> {
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, amount: '990' });
    return customerId;
  }
  const numbers = async (customerId: string) =>
    (await usageLimitsOf(other, customerId)).map(({ used, held, remaining }: Record<string, string>) =>
      [used, held, remaining].join(' '),
    );

  it('counts what was used before it was set, stops at its maximum, and begins anew with its window', async () => {
    const customerId = await customer('stopped');
    await track(brim, { customerId, value: '30', idempotencyKey: 'first' });
    const id = `stopped/${MESSAGES}/1_DAY`;
    const limit = {
      id,
      feature: { id: MESSAGES },
      per: { unit: 'DAY', count: 1 },
      timeZone: null,
      max: '100',
      resetsAt: MIDNIGHT,
      purchase: null,
    };
    const set = await setUsageLimit(brim, { customerId, max: '100' });
    expect(set).toEqual({ __typename: 'SetUsageLimitSuccess', usageLimit: { ...limit, used: '30', held: '0', remaining: '70' } });

    const reject = { customerId, value: '71', onShortfall: 'REJECT', idempotencyKey: 'second' };
    expect(await track(other, reject)).toEqual({
      __typename: 'UsageLimitReachedError',
      message: `71 of ${MESSAGES} were asked. The limit of 100 of ${MESSAGES} per day leaves 70 until ${MIDNIGHT}. Nothing was used.`,
      required: '71',
      usageLimit: { id, max: '100', used: '30', held: '0', remaining: '70', resetsAt: MIDNIGHT },
    });
    expect(await check(other, { customerId, required: '71' })).toMatchObject({
      allowed: false,
      shortfall: '1',
      limitedBy: { id, remaining: '70' },
      offers: [],
    });
    expect(await check(other, { customerId, required: '70' })).toMatchObject({ allowed: true, shortfall: '0', limitedBy: null });
    expect(await track(other, { customerId, value: '71' })).toMatchObject({ applied: '70', shortfall: '1' });
    expect(await track(brim, { customerId, value: '1', onShortfall: 'OVERDRAW' })).toMatchObject({
      applied: '0',
      shortfall: '1',
    });
    expect(await balanceOf(brim, customerId)).toMatchObject({ remaining: '900', usage: '100' });
    expect(await numbers(customerId)).toEqual(['100 0 0']);

    time.goTo(MIDNIGHT);
    expect(await numbers(customerId)).toEqual(['0 0 100']);
    // The refused request stored nothing, so its key can be used again.
    expect(await track(brim, reject)).toMatchObject({ applied: '71', replayed: false });
    expect(await track(other, reject)).toMatchObject({ applied: '71', replayed: true });
    expect(await track(other, { customerId, value: '30', idempotencyKey: 'first' })).toMatchObject({
      applied: '30',
      replayed: true,
    });
    expect(await numbers(customerId)).toEqual(['71 0 29']);
  });

  it('is kept by a process that knew the account before it was set, changed or removed', async () => {
    const customerId = await customer('elsewhere');
    const use = (value: string) => track(brim, { customerId, value });
    expect(await use('10')).toMatchObject({ applied: '10' });
    const { usageLimit } = await setUsageLimit(other, { customerId, max: '15' });
    expect(await use('10')).toMatchObject({ applied: '5', shortfall: '5' });
    await setUsageLimit(other, { customerId, max: '18' });
    expect(await use('10')).toMatchObject({ applied: '3' });
    expect(await removeUsageLimit(other, usageLimit.id)).toMatchObject({ usageLimit: { max: '18', used: '18', remaining: '0' } });
    expect(await use('10')).toMatchObject({ applied: '10', shortfall: '0' });
    const gone = { __typename: 'UsageLimitNotFoundError', message: `There is no usage limit with the id "${usageLimit.id}".` };
    expect(await removeUsageLimit(brim, usageLimit.id)).toEqual(gone);
    // Set again, it counts all that was used in the window.
    expect((await setUsageLimit(brim, { customerId, max: '30' })).usageLimit).toMatchObject({ used: '28', remaining: '2' });
  });

  it('is reserved by holds, and agrees with the balance after they end and after reversals', async () => {
    const customerId = await customer('holder');
    const { hold: early } = await placeHold(brim, { customerId, featureId: MESSAGES, amount: '4' });
    expect((await setUsageLimit(brim, { customerId, max: '10' })).usageLimit).toMatchObject({
      used: '0',
      held: '4',
      remaining: '6',
    });
    const { hold } = await placeHold(other, { customerId, featureId: MESSAGES, amount: '6' });
    const refused = await placeHold(brim, { customerId, featureId: MESSAGES, amount: '0.5' });
    expect(refused).toMatchObject({ __typename: 'UsageLimitReachedError', usageLimit: { remaining: '0' } });
    expect(await releaseHold(brim, early.id)).toMatchObject({ __typename: 'ReleaseHoldSuccess' });
    const { entry } = await settleHold(other, hold.id, '5.000000000001');
    expect(await numbers(customerId)).toEqual(['5.000000000001 0 4.999999999999']);
    await reverseUsage(brim, entry.id, { amount: '2.000000000001' });
    expect(await numbers(customerId)).toEqual(['3 0 7']);
    expect(await balanceOf(brim, customerId)).toMatchObject({ usage: '3', held: '0' });
    // Counted anew from the ledger, it is the same.
    const { usageLimit } = await setUsageLimit(other, { customerId, max: '100', per: { unit: 'MONTH' } });
    expect(usageLimit).toMatchObject({ used: '3', held: '0', remaining: '97' });
  });

  it('counts anew from the ledger only what its window has, and nothing that was used before', async () => {
    const customerId = await customer('counted');
    time.goTo('2026-03-01T10:00:00.000Z');
    const { entry: old } = await track(brim, { customerId, value: '7' });
    for (const value of ['1', '2']) await track(brim, { customerId, value });
    time.goTo('2026-03-02T10:00:00.000Z');
    await reverseUsage(brim, old.id, { amount: '3' });
    const { entry } = await track(brim, { customerId, value: '9' });
    await reverseUsage(brim, entry.id, { amount: '4' });
    const windows = [
      [{ unit: 'DAY' }, '5'],
      [{ unit: 'WEEK' }, '5'],
      [{ unit: 'MONTH' }, '12'],
      [{ unit: 'MINUTE' }, '5'],
    ] as const;
    for (const [per, used] of windows) {
      expect((await setUsageLimit(brim, { customerId, max: '100', per })).usageLimit).toMatchObject({ used });
    }
  });

  it('is never exceeded by 80 callers of two processes, and every unit of it can be used', async () => {
    const customerId = await customer('rushed');
    await setUsageLimit(brim, { customerId, max: '50' });
    const doors = [brim, other];
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, index) => {
        const door = doors[index % 2] ?? brim;
        return index % 4 === 3
          ? placeHold(door, { customerId, featureId: MESSAGES, amount: '1' })
          : track(door, { customerId, onShortfall: 'REJECT' });
      }),
    );
    const count = (name: string) => answers.filter(({ __typename }) => __typename === name).length;
    expect([count('TrackSuccess') + count('PlaceHoldSuccess'), count('UsageLimitReachedError')]).toEqual([50, 30]);
    const { usage, held } = await balanceOf(brim, customerId);
    expect(await numbers(customerId)).toEqual([`${usage} ${held} 0`]);
    expect(Number(usage) + Number(held)).toBe(50);
  });

  it('set and used at once, counts each use once', async () => {
    const customerId = await customer('at_once');
    const uses = (count: number, door: TestBrim) => Array.from({ length: count }, () => track(door, { customerId }));
    await Promise.all([
      ...uses(20, brim),
      setUsageLimit(brim, { customerId, max: '1000' }),
      ...uses(20, other),
      setUsageLimit(other, { customerId, max: '1000', per: { unit: 'HOUR' } }),
      ...uses(20, brim),
    ]);
    expect(await numbers(customerId)).toEqual(['60 0 940', '60 0 940']);
  });

  it('is shown to its customer, and to no other', async () => {
    const customerId = await customer('seen');
    await setUsageLimit(brim, { customerId, max: '5' });
    const token = await createCustomerToken(brim, customerId);
    expect(await usageLimitsOf(brim, customerId, token)).toMatchObject([{ max: '5', remaining: '5' }]);
    const raise = 'mutation ($input: SetUsageLimitInput!) { setUsageLimit(input: $input) { __typename } }';
    const { errors } = await brim.query(
      raise,
      { input: { customerId, featureId: MESSAGES, per: { unit: 'DAY' }, max: '9' } },
      token,
    );
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('costs an account without limits nothing: its row has none', async () => {
    const customerId = await customer('free');
    await track(brim, { customerId });
    const rows = await sql.rows("SELECT limits, limits_version FROM account WHERE customer_id = 'free'");
    expect(rows).toEqual([{ limits: null, limits_version: '0' }]);
  });
});
