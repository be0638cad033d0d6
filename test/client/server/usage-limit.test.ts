import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientShop, expectNamed, openClientShop } from '../../support/shop/app-server.ts';
import { MESSAGES } from '../../support/shop.ts';

describe('usage limits of the server client', () => {
  let shop: ClientShop;
  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());

  it('are set, read, met and removed, and a refusal is a value', async () => {
    const client = await shop.connect();
    const place = { customerId: await shop.newCustomer(), featureId: MESSAGES };
    const set = await client.setUsageLimit({ ...place, per: { unit: 'YEAR' }, max: 3 });
    const { usageLimit } = expectNamed(set, 'SetUsageLimitSuccess');
    expect(await client.usageLimits(place.customerId)).toEqual([usageLimit]);
    expect(await client.usageLimits('nobody')).toBeNull();
    const held = expectNamed(await client.placeHold({ ...place, amount: 4 }), 'UsageLimitReachedError');
    expect(held).toMatchObject({ required: '4', usageLimit: { max: '3', remaining: '3' } });
    const refused = await client.track({ ...place, value: 4, onShortfall: 'REJECT' });
    expect(expectNamed(refused, 'UsageLimitReachedError').usageLimit.id).toBe(usageLimit.id);
    expect(await client.check({ ...place, required: 4 })).toMatchObject({ allowed: false, limitedBy: { id: usageLimit.id } });
    const removed = expectNamed(await client.removeUsageLimit(usageLimit.id), 'RemoveUsageLimitSuccess');
    expect(removed.usageLimit).toMatchObject({ max: '3', used: '0' });
    expect((await client.removeUsageLimit(usageLimit.id)).__typename).toBe('UsageLimitNotFoundError');
    const wide = await client.setUsageLimit({ ...place, per: { unit: 'YEAR', count: 9 }, max: 3 });
    expect(expectNamed(wide, 'InvalidInputError').issues).toMatchObject([{ path: ['per'] }]);
  });
});
