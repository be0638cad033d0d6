import type { Autumn } from 'autumn-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { autumnOf, refusalOf } from '../support/autumn.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { createPlan, prepaid } from '../support/shop.ts';

describe('features and plans over /v1', () => {
  let brim: TestBrim;
  let autumn: Autumn;

  beforeAll(async () => {
    brim = await openBrim();
    autumn = autumnOf(brim);
    await autumn.features.create({ featureId: 'words', name: 'Words', type: 'metered', consumable: true });
    await autumn.features.create({ featureId: 'sso', name: 'Single sign-on', type: 'boolean' });
  });
  afterAll(() => brim.close());

  it('are the features that GraphQL sees', async () => {
    expect(await autumn.features.get({ featureId: 'words' })).toMatchObject({ id: 'words', type: 'metered', consumable: true });
    expect((await autumn.features.list()).list).toMatchObject([
      { id: 'words' },
      { id: 'sso', type: 'boolean', consumable: false },
    ]);
    const { feature } = await brim.data('{ feature(id: "words") { name type } }');
    expect(feature).toEqual({ name: 'Words', type: 'METERED' });
  });

  it('can say all that a plan of ours says', async () => {
    const created = await autumn.plans.create({
      planId: 'pro',
      name: 'Pro',
      description: 'For people who write.',
      group: 'main',
      items: [
        {
          featureId: 'words',
          included: 500.5,
          reset: { interval: 'month' },
          rollover: { max: 200, expiryDurationType: 'month', expiryDurationLength: 2 },
        },
        { featureId: 'sso' },
      ],
    });
    expect(created).toMatchObject({
      id: 'pro',
      description: 'For people who write.',
      group: 'main',
      version: 1,
      archived: false,
      env: 'sandbox',
      items: [
        { featureId: 'words', included: 500.5, reset: { interval: 'month', intervalCount: 1 }, rollover: { max: 200 } },
        {},
      ],
    });
    const { plan } = await brim.data(
      '{ plan(id: "pro") { items { included reset { unit count } rollover { max expiresAfter { unit count } } } } }',
    );
    expect(plan.items[0]).toEqual({
      included: '500.5',
      reset: { unit: 'MONTH', count: 1 },
      rollover: { max: '200', expiresAfter: { unit: 'MONTH', count: 2 } },
    });
  });

  it('sell in tiers, in packs, for a while', async () => {
    const { items } = await autumn.plans.create({
      planId: 'packs',
      name: 'Packs',
      addOn: true,
      price: { amount: 4.99, interval: 'one_off' },
      items: [
        {
          featureId: 'words',
          price: {
            tiers: [
              { to: 1000, amount: 10 },
              { to: 'inf', amount: 8.5, flatAmount: 1 },
            ],
            tierBehavior: 'graduated',
            interval: 'one_off',
            billingUnits: 100,
            billingMethod: 'prepaid',
            maxPurchase: 5000,
          },
          expiry: { duration: 'year', length: 1 },
        },
      ],
    });
    expect(items[0]).toMatchObject({
      price: {
        tiers: [
          { to: 1000, amount: 10 },
          { to: 'inf', amount: 8.5, flatAmount: 1 },
        ],
        tierBehavior: 'graduated',
        billingUnits: 100,
        billingMethod: 'prepaid',
        maxPurchase: 5000,
      },
      expiry: { duration: 'year', length: 1 },
    });
  });

  it('have a version for each update, and are archived', async () => {
    await autumn.plans.create({ planId: 'small', name: 'Small', addOn: true, items: [{ featureId: 'words', included: 1 }] });
    expect(await autumn.plans.update({ planId: 'small', name: 'Smaller' })).toMatchObject({ name: 'Smaller', version: 2 });
    expect(await autumn.plans.get({ planId: 'small', version: 1 })).toMatchObject({ name: 'Small', addOn: true });
    expect(await autumn.plans.update({ planId: 'small', archived: true })).toMatchObject({ archived: true, version: 2 });
    const idsOf = async (includeArchived: boolean) => (await autumn.plans.list({ includeArchived })).list.map(({ id }) => id);
    expect(await idsOf(false)).not.toContain('small');
    expect(await idsOf(true)).toContain('small');
    expect((await autumn.plans.list()).list.length).toBeGreaterThan(0);
  });

  it('say in words what this wire has no number for: the currency', async () => {
    await createPlan(brim, { id: 'euro', addOn: true, items: [{ featureId: 'words', price: prepaid('9', '100', 'eur') }] });
    expect((await autumn.plans.get({ planId: 'euro' })).items[0]?.display?.primaryText).toBe('9 eur each time');
  });

  it('are refused by the name of what Brim does not do', async () => {
    const words = { featureId: 'words' };
    const price = { amount: 1, interval: 'one_off', billingMethod: 'prepaid' } as const;
    const plan = (terms: object) => autumn.plans.create({ planId: 'refused', name: 'Refused', ...terms });
    const refusals = [
      [
        () => plan({ items: [{ ...words, price: { ...price, billingMethod: 'usage_based' } }] }),
        /^items\.0\.price\.billing_method: usage-/,
      ],
      [
        () => plan({ items: [{ ...words, price: { ...price, interval: 'month', intervalCount: 37 } }] }),
        /^items\.0\.price\.interval: must be days, weeks, months or years/,
      ],
      [() => plan({ items: [{ ...words, included: 1, pooled: true }] }), /^items\.0\.pooled: is not supported by Brim/],
      [() => plan({ items: [], freeTrial: { durationLength: 7, durationType: 'day' } }), /^free_trial: is not supported by Brim/],
      [() => plan({ items: [], metadata: { tier: 1 } }), /^metadata: is not supported by Brim/],
      [() => autumn.plans.update({ planId: 'pro', allVersions: true }), /^all_versions: is not supported by Brim/],
      [() => autumn.features.create({ featureId: 'seats', name: 'Seats', type: 'metered', consumable: false }), /^consumable: /],
      [
        () => autumn.features.create({ featureId: 'x', name: 'X', type: 'metered', eventNames: ['y'] }),
        /^event_names: is not supported/,
      ],
      [
        () => autumn.plans.create({ planId: 'x', name: 'X' }, { headers: { 'idempotency-key': 'k' } }),
        /^idempotency-key: is not supported/,
      ],
    ] as const;
    for (const [call, message] of refusals) {
      expect(await refusalOf(call())).toMatchObject({ statusCode: 400, message: expect.stringMatching(message) });
    }
  });

  it('are unknown, or taken', async () => {
    expect(await refusalOf(autumn.features.get({ featureId: 'none' }))).toMatchObject({
      statusCode: 404,
      code: 'feature_not_found',
    });
    expect(await refusalOf(autumn.plans.get({ planId: 'none' }))).toMatchObject({ statusCode: 404, code: 'plan_not_found' });
    const taken = { statusCode: 409, code: 'already_exists' };
    expect(await refusalOf(autumn.plans.create({ planId: 'pro', name: 'Pro', items: [] }))).toMatchObject(taken);
    expect(await refusalOf(autumn.features.create({ featureId: 'words', name: 'W', type: 'metered' }))).toMatchObject(taken);
  });
});
