/** Usage limits whose windows follow the calendar of a time zone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  createCustomer,
  grant,
  MESSAGES,
  openShop,
  placeHold,
  setUsageLimit,
  stoppedClock,
  track,
  usageLimitsOf,
} from '../support/shop.ts';

const NEW_YORK = 'America/New_York';
// 23:00 of 7 March in New York, whose clocks change in the night from the 7th to the 8th.
const time = stoppedClock('2026-03-08T04:00:00.000Z');

describe('a usage limit in a time zone', () => {
  let brim: TestBrim;
  let other: TestBrim;
  beforeAll(async () => {
    brim = await openShop({ clock: time.clock });
    other = await openBrim({ clock: time.clock, databaseUrl: brim.databaseUrl });
  });
  afterAll(async () => {
    await other?.close();
    await brim?.close();
  });

  async function customer(customerId: string): Promise<string> {
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, amount: '990' });
    return customerId;
  }
  const use = async (door: TestBrim, customerId: string, value: string) =>
    (await track(door, { customerId, value, onShortfall: 'REJECT' })).__typename;
  const limitOf = async (customerId: string) => {
    const limits = await usageLimitsOf(other, customerId);
    expect(limits).toHaveLength(1);
    const [{ timeZone, used, remaining, resetsAt }] = limits;
    return { timeZone, used, remaining, resetsAt };
  };

  it('counts a day of 23 hours, and what was used of it before it was set; each process knows when it ends', async () => {
    const customerId = await customer('ny');
    const inKolkata = await customer('kolkata');
    await use(brim, customerId, '7');
    expect((await setUsageLimit(brim, { customerId, max: '10', timeZone: NEW_YORK })).usageLimit).toMatchObject({
      ...{ id: `ny/${MESSAGES}/1_DAY`, timeZone: NEW_YORK, used: '7', resetsAt: '2026-03-08T05:00:00.000Z' },
    });
    // 9:30 in the morning there: the day began half past six in the evening, in UTC.
    await setUsageLimit(brim, { customerId: inKolkata, max: '10', timeZone: 'Asia/Kolkata' });
    expect(await limitOf(inKolkata)).toMatchObject({ resetsAt: '2026-03-08T18:30:00.000Z' });
    expect(await use(other, customerId, '4')).toBe('UsageLimitReachedError');
    expect(await use(other, customerId, '3')).toBe('TrackSuccess');

    time.goTo('2026-03-08T04:59:59.999Z');
    expect(await use(brim, customerId, '1')).toBe('UsageLimitReachedError');
    time.goTo('2026-03-08T05:00:00.000Z');
    expect(await use(brim, customerId, '10')).toBe('TrackSuccess');
    expect(await limitOf(customerId)).toEqual({
      ...{ timeZone: NEW_YORK, used: '10', remaining: '0', resetsAt: '2026-03-09T04:00:00.000Z' },
    });
    expect((await placeHold(other, { customerId, featureId: MESSAGES, amount: '1' })).__typename).toBe('UsageLimitReachedError');
    time.goTo('2026-03-09T03:59:59.999Z');
    expect(await use(other, customerId, '1')).toBe('UsageLimitReachedError');
    time.goTo('2026-03-09T04:00:00.000Z');
    expect(await use(other, customerId, '1')).toBe('TrackSuccess');
  });

  it('is changed to another zone with the same call: what was used in the window there counts, to the last unit', async () => {
    const customerId = await customer('mover');
    time.goTo('2026-06-01T21:00:00.000Z');
    await use(brim, customerId, '1');
    time.goTo('2026-06-01T23:30:00.000Z');
    await use(brim, customerId, '20');
    time.goTo('2026-06-02T01:00:00.000Z');
    await use(brim, customerId, '300');
    const set = async (door: TestBrim, timeZone?: string, max = '900') => {
      await setUsageLimit(door, { customerId, max, ...(timeZone ? { timeZone } : {}) });
      return limitOf(customerId);
    };
    expect(await set(brim)).toMatchObject({ timeZone: null, used: '300', resetsAt: '2026-06-03T00:00:00.000Z' });
    expect(await set(other, 'Europe/Berlin')).toMatchObject({ used: '320', resetsAt: '2026-06-02T22:00:00.000Z' });
    expect(await set(brim, NEW_YORK)).toMatchObject({ used: '321', resetsAt: '2026-06-02T04:00:00.000Z' });
    expect(await set(other, NEW_YORK, '321')).toMatchObject({ used: '321', remaining: '0' });
    expect(await use(brim, customerId, '1')).toBe('UsageLimitReachedError');
    expect(await set(brim, undefined, '321')).toMatchObject({ timeZone: null, used: '300', remaining: '21' });
    expect(await use(other, customerId, '21')).toBe('TrackSuccess');
  });

  it('is the one that was set last, where several zones are set at once', async () => {
    const customerId = await customer('torn');
    const zones = ['Europe/Berlin', 'Asia/Kolkata', NEW_YORK, 'Asia/Tokyo'];
    await Promise.all(
      zones.map((timeZone, index) => setUsageLimit(index % 2 ? brim : other, { customerId, max: '5', timeZone })),
    );
    expect(zones).toContain((await limitOf(customerId)).timeZone);
  });

  it.each([
    ['Mars/Olympus', {}, 'IANA name'],
    ['+05:30', {}, 'IANA name'],
    ['Europe/Berlin\u0000', {}, 'IANA name'],
    ['', {}, 'IANA name'],
    ['A'.repeat(100_000), {}, 'IANA name'],
    ['Asia/Kolkata', { per: { unit: 'HOUR', count: 6 } }, 'a day and longer'],
    ['Asia/Kolkata', { per: { unit: 'MINUTE' } }, 'a day and longer'],
  ])('refuses %.20s with %o', async (timeZone, more, says) => {
    await createCustomer(brim, 'refused');
    expect(await setUsageLimit(brim, { customerId: 'refused', max: '5', timeZone, ...more })).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['timeZone'], message: expect.stringContaining(says) }],
    });
    expect(await usageLimitsOf(brim, 'refused')).toEqual([]);
  });
});
