import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  activeOf,
  amountsOf,
  attach,
  balanceOf,
  cancelPurchase,
  createCustomer,
  createFeature,
  createPlan,
  plansOf,
  stoppedClock,
  track,
} from '../support/shop.ts';

const MONTHLY = { unit: 'MONTH' };
const DAILY = { unit: 'DAY' };

let brim: TestBrim;
const time = stoppedClock('2026-01-31T00:00:00.000Z');
beforeAll(async () => {
  brim = await openBrim({ clock: time.clock });
  for (const id of ['words', 'images', 'credits_used']) await createFeature(brim, id);
  await brim.data(
    'mutation { createFeature(input: { id: "credits", name: "Credits", type: CREDIT_SYSTEM, creditCosts: [{ featureId: "credits_used", cost: "2" }] }) { __typename } }',
  );
  const free = (group: string, items: object[]) => createPlan(brim, { id: `free_${group}`, group, autoEnable: true, items });
  const other = (group: string) =>
    createPlan(brim, { id: `other_${group}`, group, items: [{ featureId: 'images', included: '1' }] });
  await free('once', [{ featureId: 'words', included: '10' }]);
  await other('once');
});
afterAll(() => brim.close());

/** A group of a free plan and another plan, and a customer who has the free one. */
async function openGroup(
  name: string,
  items: object[],
): Promise<{
  leave: () => Promise<void>;
  comeBack: () => Promise<void>;
  left: (featureId?: string) => ReturnType<typeof balanceOf>;
}> {
  await createPlan(brim, { id: `free_${name}`, group: name, items });
  await createPlan(brim, { id: `other_${name}`, group: name, items: [{ featureId: 'images', included: '1' }] });
  await createCustomer(brim, name);
  const { __typename } = await attach(brim, { customerId: name, planId: `free_${name}` });
  expect(__typename).toBe('AttachPlanSuccess');
  return {
    leave: async () => {
      await attach(brim, { customerId: name, planId: `other_${name}` });
    },
    comeBack: async () => {
      expect(await attach(brim, { customerId: name, planId: `free_${name}` })).toMatchObject({ __typename: 'AttachPlanSuccess' });
    },
    left: (featureId = 'tokens') => balanceOf(brim, name, featureId),
  };
}

async function cancelActive(customerId: string, planId: string): Promise<void> {
  for (const id of await activeOf(brim, customerId, planId)) await cancelPurchase(brim, id, 'NOW');
}

describe('a free plan that a customer leaves and takes again', () => {
  beforeAll(() => createFeature(brim, 'tokens'));

  test('keeps the use of what never resets', async () => {
    await createCustomer(brim, 'ann');
    await track(brim, { customerId: 'ann', featureId: 'words', value: '7' });
    for (let turn = 0; turn < 3; turn += 1) {
      await attach(brim, { customerId: 'ann', planId: 'other_once' });
      expect(await balanceOf(brim, 'ann', 'words')).toMatchObject({ remaining: '0' });
      await cancelActive('ann', 'other_once');
      expect(await balanceOf(brim, 'ann', 'words')).toMatchObject({ granted: '10', remaining: '3', usage: '7' });
    }
    await track(brim, { customerId: 'ann', featureId: 'words', value: '3' });
    await attach(brim, { customerId: 'ann', planId: 'other_once' });
    await cancelActive('ann', 'other_once');
    expect(await balanceOf(brim, 'ann', 'words')).toMatchObject({ granted: '10', remaining: '0', usage: '10' });
    // An attach by the server does not give it again either.
    await cancelActive('ann', 'free_once');
    await attach(brim, { customerId: 'ann', planId: 'free_once' });
    expect(await balanceOf(brim, 'ann', 'words')).toMatchObject({ remaining: '0', usage: '10' });
    expect((await amountsOf(brim, 'ann')).slice(0, 6)).toEqual([
      'GRANT 10',
      'USAGE -7',
      'VOID -3',
      'GRANT 1',
      'VOID -1',
      'GRANT 3',
    ]);
  });

  test('keeps its month: used up stays used up until the same 28 February', async () => {
    time.goTo('2026-01-31T00:00:00.000Z');
    const { leave, comeBack, left } = await openGroup('monthly', [{ featureId: 'tokens', included: '100', reset: MONTHLY }]);
    await track(brim, { customerId: 'monthly', featureId: 'tokens', value: '80' });
    time.goTo('2026-02-10T00:00:00.000Z');
    await leave();
    await comeBack();
    expect(await left()).toMatchObject({ granted: '100', remaining: '20', usage: '80' });
    time.goTo('2026-02-28T00:00:00.000Z');
    expect(await left()).toMatchObject({ granted: '100', remaining: '100', usage: '0' });
    expect((await amountsOf(brim, 'monthly')).slice(-2)).toEqual(['GRANT 20', 'RESET 80']);
    // Left in one period and taken again in the next: it is full, and its period still ends on the
    // 31st.
    await track(brim, { customerId: 'monthly', featureId: 'tokens', value: '60' });
    await leave();
    time.goTo('2026-03-31T00:00:00.000Z');
    await comeBack();
    expect(await left()).toMatchObject({ remaining: '100', usage: '0' });
    await track(brim, { customerId: 'monthly', featureId: 'tokens', value: '1' });
    time.goTo('2026-04-30T00:00:00.000Z');
    expect(await left()).toMatchObject({ remaining: '100' });
  });

  test('keeps what was rolled over and not used, until that expires', async () => {
    time.goTo('2026-01-01T00:00:00.000Z');
    const rollover = { expiresAfter: MONTHLY };
    const { leave, comeBack, left } = await openGroup('carrier', [
      { featureId: 'tokens', included: '10', reset: MONTHLY, rollover },
    ]);
    await track(brim, { customerId: 'carrier', featureId: 'tokens', value: '4' });
    time.goTo('2026-02-01T00:00:00.000Z');
    expect(await left()).toMatchObject({ remaining: '16' });
    await track(brim, { customerId: 'carrier', featureId: 'tokens', value: '2' });
    for (let turn = 0; turn < 2; turn += 1) {
      await leave();
      await comeBack();
      expect(await left()).toMatchObject({ remaining: '14' });
    }
    await track(brim, { customerId: 'carrier', featureId: 'tokens', value: '7' });
    await leave();
    await comeBack();
    expect(await left()).toMatchObject({ remaining: '7', usage: '3' });
    time.goTo('2026-03-01T00:00:00.000Z');
    // 7 of February's 10 are rolled over into March. What was rolled over into February has
    // expired.
    expect(await left()).toMatchObject({ remaining: '17' });
  });

  test('keeps the use of each feature, and of each item of one feature', async () => {
    time.goTo('2026-01-01T00:00:00.000Z');
    const { leave, comeBack, left } = await openGroup('several', [
      { featureId: 'tokens', included: '5', reset: DAILY },
      { featureId: 'tokens', included: '100', reset: MONTHLY },
      { featureId: 'words', included: '50' },
    ]);
    await track(brim, { customerId: 'several', featureId: 'tokens', value: '25' });
    await track(brim, { customerId: 'several', featureId: 'words', value: '11' });
    await leave();
    await comeBack();
    expect(await left()).toMatchObject({ granted: '105', remaining: '80' });
    expect(await left('words')).toMatchObject({ usage: '11', remaining: '49' });
    time.goTo('2026-01-02T00:00:00.000Z');
    await leave();
    await comeBack();
    expect(await left()).toMatchObject({ remaining: '85' });
  });

  test('keeps the use of credits by another feature', async () => {
    const { leave, comeBack, left } = await openGroup('credited', [{ featureId: 'credits', included: '20', reset: MONTHLY }]);
    await track(brim, { customerId: 'credited', featureId: 'credits_used', value: '7' });
    await leave();
    await comeBack();
    expect(await left('credits')).toMatchObject({ granted: '20', remaining: '6', usage: '14' });
  });

  test('keeps the expiry of an allowance, which does not come back after that', async () => {
    time.goTo('2026-01-01T00:00:00.000Z');
    const expiresAfter = { unit: 'DAY', count: 14 };
    const { leave, comeBack, left } = await openGroup('trial', [{ featureId: 'tokens', included: '30', expiresAfter }]);
    time.goTo('2026-01-10T00:00:00.000Z');
    await leave();
    await comeBack();
    expect(await left()).toMatchObject({ remaining: '30' });
    time.goTo('2026-01-15T00:00:00.000Z');
    expect(await left()).toMatchObject({ remaining: '0' });
    for (let turn = 0; turn < 2; turn += 1) {
      await leave();
      await comeBack();
      expect(await left()).toMatchObject({ remaining: '0', granted: '0' });
    }
  });

  test('keeps the use of an older version in a newer one', async () => {
    const { leave, comeBack, left } = await openGroup('versions', [{ featureId: 'tokens', included: '10' }]);
    await track(brim, { customerId: 'versions', featureId: 'tokens', value: '7' });
    for (const [included, remaining] of [
      ['20', '13'],
      ['5', '0'],
      ['12', '7'],
    ] as const) {
      const items = [{ featureId: 'tokens', included }];
      await brim.data(
        'mutation ($items: [PlanItemInput!]) { updatePlan(input: { id: "free_versions", items: $items }) { __typename } }',
        { items },
      );
      await leave();
      await comeBack();
      expect(await left()).toMatchObject({ granted: included, remaining });
    }
  });

  test('keeps the use of its last tenure by the ledger’s order, also where a clock was ahead', async () => {
    time.goTo('2026-06-01T01:00:00.000Z');
    const { leave, comeBack, left } = await openGroup('skewed', [{ featureId: 'tokens', included: '10' }]);
    await leave();
    time.goTo('2026-06-01T00:00:00.000Z');
    await comeBack();
    await track(brim, { customerId: 'skewed', featureId: 'tokens', value: '6' });
    await leave();
    await comeBack();
    expect(await left()).toMatchObject({ remaining: '4', usage: '6' });
    await leave();
    time.goTo('2026-06-01T00:01:00.000Z');
    await comeBack();
    await track(brim, { customerId: 'skewed', featureId: 'tokens', value: '1' });
    await leave();
    await comeBack();
    expect(await left()).toMatchObject({ remaining: '3', usage: '7' });
  });

  test('gives back released holds, and counts open holds as used', async () => {
    const { leave, comeBack, left } = await openGroup('holder', [{ featureId: 'tokens', included: '10' }]);
    await track(brim, { customerId: 'holder', featureId: 'tokens', value: '1' });
    const hold = async (amount: string) => {
      const { placeHold } = await brim.data(
        `mutation { placeHold(input: { customerId: "holder", featureId: "tokens", amount: "${amount}" }) { ... on PlaceHoldSuccess { hold { id } } } }`,
      );
      return placeHold.hold.id;
    };
    const [released, settled] = [await hold('4'), await hold('3')];
    const open = await hold('2');
    await leave();
    await brim.data(`mutation { releaseHold(input: { holdId: "${released}" }) { __typename } }`);
    await brim.data(`mutation { settleHold(input: { holdId: "${settled}", amount: "1" }) { __typename } }`);
    await comeBack();
    // 1 is tracked, 1 settled, 2 are held.
    expect(await left()).toMatchObject({ remaining: '6', held: '2' });
    await brim.data(`mutation { settleHold(input: { holdId: "${open}", amount: "2" }) { __typename } }`);
    expect(await left()).toMatchObject({ remaining: '6', granted: '10', held: '0' });
  });

  test('repays an overdraft from what is left', async () => {
    const { leave, comeBack, left } = await openGroup('debtor', [{ featureId: 'tokens', included: '10' }]);
    await track(brim, { customerId: 'debtor', featureId: 'tokens', value: '4' });
    await leave();
    await track(brim, { customerId: 'debtor', featureId: 'tokens', value: '5', onShortfall: 'OVERDRAW' });
    await comeBack();
    expect(await left()).toMatchObject({ remaining: '1' });
  });

  test('keeps the use of what lasts, once an equal allowance beside it has expired', async () => {
    time.goTo('2026-01-01T00:00:00.000Z');
    const { leave, comeBack, left } = await openGroup('welcomed', [
      { featureId: 'tokens', included: '50', reset: MONTHLY, expiresAfter: { unit: 'DAY', count: 40 } },
      { featureId: 'tokens', included: '100', reset: MONTHLY },
    ]);
    time.goTo('2026-03-02T00:00:00.000Z');
    await leave();
    await comeBack();
    await track(brim, { customerId: 'welcomed', featureId: 'tokens', value: '80' });
    for (let turn = 0; turn < 2; turn += 1) {
      await leave();
      await comeBack();
      expect(await left()).toMatchObject({ granted: '100', remaining: '20', usage: '80' });
    }
  });

  test('keeps the expiry of what a newer version brought, however often it is left', async () => {
    time.goTo('2026-01-01T00:00:00.000Z');
    const { leave, comeBack, left } = await openGroup('often', [{ featureId: 'words', included: '1' }]);
    const items = [
      { featureId: 'words', included: '1' },
      { featureId: 'tokens', included: '30', expiresAfter: { unit: 'DAY', count: 14 } },
    ];
    await brim.data(
      'mutation ($items: [PlanItemInput!]) { updatePlan(input: { id: "free_often", items: $items }) { __typename } }',
      {
        items,
      },
    );
    await leave();
    await comeBack();
    expect(await left()).toMatchObject({ remaining: '30' });
    time.goTo('2026-01-20T00:00:00.000Z');
    for (let turn = 0; turn < 8; turn += 1) {
      await leave();
      await comeBack();
    }
    expect(await left()).toMatchObject({ remaining: '0', granted: '0' });
  });

  test('does not come back beside itself, where a newer version moved to another group', async () => {
    await createFeature(brim, 'pages');
    await createPlan(brim, {
      id: 'free_moved',
      group: 'moved',
      autoEnable: true,
      items: [{ featureId: 'pages', included: '10' }],
    });
    await createPlan(brim, { id: 'other_moved', group: 'moved_to', items: [{ featureId: 'images', included: '1' }] });
    await createCustomer(brim, 'mover');
    await track(brim, { customerId: 'mover', featureId: 'pages', value: '7' });
    await brim.data('mutation { updatePlan(input: { id: "free_moved", group: "moved_to" }) { __typename } }');
    await attach(brim, { customerId: 'mover', planId: 'other_moved' });
    await cancelActive('mover', 'other_moved');
    expect(await balanceOf(brim, 'mover', 'pages')).toMatchObject({ granted: '10', remaining: '3', usage: '7' });
    expect(await activeOf(brim, 'mover', 'free_moved')).toHaveLength(1);
  });

  test('keeps the use of what is unlimited within its month', async () => {
    time.goTo('2026-01-31T00:00:00.000Z');
    const { leave, comeBack, left } = await openGroup('boundless', [{ featureId: 'tokens', unlimited: true, reset: MONTHLY }]);
    await track(brim, { customerId: 'boundless', featureId: 'tokens', value: '80' });
    time.goTo('2026-02-27T00:00:00.000Z');
    await leave();
    await comeBack();
    expect(await left()).toMatchObject({ usage: '80' });
    time.goTo('2026-02-28T00:00:00.000Z');
    expect(await left()).toMatchObject({ usage: '0' });
  });

  test('gives nothing twice after many attaches and cancels at once', async () => {
    time.goTo('2026-01-01T00:00:00.000Z');
    const { left } = await openGroup('racer', [{ featureId: 'tokens', included: '100', reset: MONTHLY }]);
    await track(brim, { customerId: 'racer', featureId: 'tokens', value: '40' });
    const plans = ['free_racer', 'other_racer'];
    for (let turn = 0; turn < 4; turn += 1) {
      const attaching = Array.from({ length: 8 }, (_, index) => attach(brim, { customerId: 'racer', planId: plans[index % 2] }));
      await Promise.all([...attaching, cancelActive('racer', 'free_racer'), cancelActive('racer', 'other_racer')]);
    }
    await cancelActive('racer', 'other_racer');
    await attach(brim, { customerId: 'racer', planId: 'free_racer' });
    expect((await plansOf(brim, 'racer')).filter((each) => each === 'free_racer ACTIVE')).toHaveLength(1);
    expect(await left()).toMatchObject({ granted: '100', remaining: '60', usage: '40' });
  });
});
