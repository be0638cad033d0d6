import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  answerPage,
  attach,
  balanceOf,
  createCustomer,
  createCustomerToken,
  createFeature,
  createPlan,
  grant,
  prepaid,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const MONTHLY = { unit: 'MONTH' };

let brim: TestBrim;
beforeAll(async () => {
  brim = await openBrim({ config: { testClocks: true } });
  await createFeature(brim, 'words');
  await createPlan(brim, { id: 'free', autoEnable: true, items: [{ featureId: 'words', included: '10' }] });
  await createPlan(brim, { id: 'trial', items: [{ featureId: 'words', included: '100', reset: MONTHLY }] });
  await createPlan(brim, { id: 'team', items: [{ featureId: 'words', included: '500', reset: MONTHLY }] });
  await createPlan(brim, { id: 'other_group', group: 'seats', items: [{ featureId: 'words', included: '3' }] });
  await createPlan(brim, { id: 'pack', addOn: true, items: [{ featureId: 'words', price: prepaid('10') }] });
});
afterAll(() => brim.close());

async function cancel(purchaseId: string, when: 'NOW' | 'PERIOD_END') {
  const { cancelPurchase } = await brim.data(
    `mutation ($input: CancelPurchaseInput!) { cancelPurchase(input: $input) {
      __typename ... on CancelPurchaseSuccess { purchase { id status createdAt endsAt endedAt } balances { remaining nextResetAt nextExpiryAt } }
      ... on PurchaseNotFoundError { purchaseId } ... on InvalidInputError { issues { path message } } ... on Error { message }
    } }`,
    { input: { purchaseId, when } },
  );
  return cancelPurchase;
}

async function purchasesOf(customerId: string): Promise<readonly string[]> {
  const { customer } = await brim.data('query ($id: ID!) { customer(id: $id) { purchases { nodes { status plan { id } } } } }', {
    id: customerId,
  });
  return customer.purchases.nodes.map((node: { status: string; plan: { id: string } }) => `${node.plan.id} ${node.status}`);
}

async function kindsOf(customerId: string): Promise<readonly string[]> {
  const { customer } = await brim.data('query ($id: ID!) { customer(id: $id) { ledger { nodes { kind amount reason } } } }', {
    id: customerId,
  });
  return customer.ledger.nodes.map((node: { kind: string; amount: string }) => `${node.kind} ${node.amount}`).toReversed();
}

async function advanceDays(count: number): Promise<void> {
  const { advanceClock } = await brim.data(
    'mutation ($count: Int!) { advanceClock(input: { by: { unit: DAY, count: $count } }) { ... on AdvanceClockSuccess { now } ... on Error { message } } }',
    { count },
  );
  expect(advanceClock).toHaveProperty('now');
}

/** Buys 100 words on the sandbox's page. */
async function buy(customerId: string): Promise<string> {
  const { purchase, checkoutUrl } = await attach(brim, {
    customerId,
    planId: 'pack',
    featureQuantities: wanting('100', 'words'),
  });
  await answerPage(checkoutUrl);
  await untilStatus(brim, purchase.id, 'ACTIVE');
  return purchase.id;
}

describe('base plans of one group replace each other', () => {
  test('the old one is CANCELED, what it includes is voided, and what was bought stays', async () => {
    await createCustomer(brim, 'mover');
    await buy('mover');
    await track(brim, { customerId: 'mover', featureId: 'words', value: '4' });
    expect(await balanceOf(brim, 'mover', 'words')).toMatchObject({ remaining: '106', granted: '110', usage: '4' });
    const attached = await attach(brim, { customerId: 'mover', planId: 'trial' });
    expect(attached).toMatchObject({ __typename: 'AttachPlanSuccess', purchase: { status: 'ACTIVE' } });
    expect(await balanceOf(brim, 'mover', 'words')).toMatchObject({ remaining: '200', granted: '200', usage: '0' });
    expect(await purchasesOf('mover')).toEqual(['trial ACTIVE', 'pack ACTIVE', 'free CANCELED']);
    expect(await kindsOf('mover')).toEqual(['GRANT 10', 'GRANT 100', 'USAGE -4', 'VOID -6', 'GRANT 100']);
  });

  test('a plan of another group stays, and the same plan again is PlanAlreadyAttachedError', async () => {
    await createCustomer(brim, 'both');
    await attach(brim, { customerId: 'both', planId: 'other_group' });
    expect(await purchasesOf('both')).toEqual(['other_group ACTIVE', 'free ACTIVE']);
    expect(await attach(brim, { customerId: 'both', planId: 'free' })).toMatchObject({ __typename: 'PlanAlreadyAttachedError' });
  });

  test('after many attaches at once, one base plan is ACTIVE and every other is CANCELED with its grants', async () => {
    await createCustomer(brim, 'racer');
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => attach(brim, { customerId: 'racer', planId: index % 2 ? 'trial' : 'team' })),
    );
    for (const { __typename } of answers) expect(['AttachPlanSuccess', 'PlanAlreadyAttachedError']).toContain(__typename);
    const purchases = await purchasesOf('racer');
    expect(purchases.filter((each) => each.endsWith('ACTIVE'))).toHaveLength(1);
    const [held] = purchases.filter((each) => each.endsWith('ACTIVE'));
    expect((await balanceOf(brim, 'racer', 'words')).remaining).toBe(held === 'trial ACTIVE' ? '100' : '500');
  });

  test('a newer version does not change the customers who have an older one', async () => {
    await createPlan(brim, { id: 'versioned', group: 'v', items: [{ featureId: 'words', included: '7', reset: MONTHLY }] });
    await createCustomer(brim, 'holder');
    await attach(brim, { customerId: 'holder', planId: 'versioned' });
    await brim.data(
      'mutation { updatePlan(input: { id: "versioned", items: [{ featureId: "words", included: "70" }] }) { ... on UpdatePlanSuccess { plan { version } } } }',
    );
    await advanceDays(40);
    expect(await balanceOf(brim, 'holder', 'words')).toMatchObject({ remaining: '17' });
  });
});

describe('cancelPurchase', () => {
  test('NOW voids what is included and keeps what was bought, and the free plan comes back', async () => {
    await createCustomer(brim, 'leaver');
    const { purchase } = await attach(brim, { customerId: 'leaver', planId: 'team' });
    await buy('leaver');
    await track(brim, { customerId: 'leaver', featureId: 'words', value: '499' });
    const canceled = await cancel(purchase.id, 'NOW');
    expect(canceled).toMatchObject({ __typename: 'CancelPurchaseSuccess', purchase: { status: 'CANCELED', endsAt: null } });
    expect(canceled.purchase.endedAt).not.toBeNull();
    expect(await balanceOf(brim, 'leaver', 'words')).toMatchObject({ remaining: '110', granted: '110', usage: '0' });
    expect(await purchasesOf('leaver')).toEqual(['free ACTIVE', 'pack ACTIVE', 'team CANCELED', 'free CANCELED']);
    expect(await cancel(purchase.id, 'NOW')).toMatchObject({ purchase: canceled.purchase });
    expect(await balanceOf(brim, 'leaver', 'words')).toMatchObject({ remaining: '110' });
  });

  test('ten at once end it once, and one free plan comes back', async () => {
    await createCustomer(brim, 'clicker');
    const { purchase } = await attach(brim, { customerId: 'clicker', planId: 'team' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(purchase.id, 'NOW')));
    expect(new Set(answers.map(({ __typename }) => __typename))).toEqual(new Set(['CancelPurchaseSuccess']));
    expect(await purchasesOf('clicker')).toEqual(['free ACTIVE', 'team CANCELED', 'free CANCELED']);
    expect(await balanceOf(brim, 'clicker', 'words')).toMatchObject({ remaining: '10' });
  });

  test('PERIOD_END keeps the plan until its next reset, announces that at once, and then ends it without a reset', async () => {
    await createCustomer(brim, 'patient');
    const { purchase } = await attach(brim, { customerId: 'patient', planId: 'trial' });
    await track(brim, { customerId: 'patient', featureId: 'words', value: '30' });
    const scheduled = await cancel(purchase.id, 'PERIOD_END');
    const { endsAt } = scheduled.purchase;
    expect(scheduled).toMatchObject({
      purchase: { status: 'ACTIVE', endedAt: null },
      balances: [{ remaining: '70', nextResetAt: null, nextExpiryAt: endsAt }],
    });
    expect(await cancel(purchase.id, 'PERIOD_END')).toMatchObject({ purchase: { endsAt } });
    await advanceDays(45);
    expect(await purchasesOf('patient')).toEqual(['free ACTIVE', 'trial CANCELED', 'free CANCELED']);
    expect(await balanceOf(brim, 'patient', 'words')).toMatchObject({ remaining: '10', granted: '10', usage: '0' });
    expect(await kindsOf('patient')).toEqual([
      'GRANT 10',
      'VOID -10',
      'GRANT 100',
      'USAGE -30',
      'ADJUSTMENT 0',
      'EXPIRY -70',
      'GRANT 10',
    ]);
    const { customer } = await brim.data('{ customer(id: "patient") { ledger(first: 2) { nodes { kind occurredAt } } } }');
    expect(customer.ledger.nodes).toEqual([
      { kind: 'GRANT', occurredAt: endsAt },
      { kind: 'EXPIRY', occurredAt: endsAt },
    ]);
  });

  test('PERIOD_END of a plan that never resets is refused with the reason, as is an unknown purchase', async () => {
    await createCustomer(brim, 'stuck');
    const { purchases } = (await brim.data('{ customer(id: "stuck") { purchases { nodes { id } } } }')).customer;
    expect(await cancel(purchases.nodes[0].id, 'PERIOD_END')).toMatchObject({
      __typename: 'InvalidInputError',
      issues: [{ path: ['when'] }],
    });
    expect(await cancel('pu_none', 'NOW')).toMatchObject({ __typename: 'PurchaseNotFoundError', purchaseId: 'pu_none' });
  });

  test('of the free plan ends it, and it does not come back', async () => {
    await createCustomer(brim, 'refuser');
    const { purchases } = (await brim.data('{ customer(id: "refuser") { purchases { nodes { id } } } }')).customer;
    await cancel(purchases.nodes[0].id, 'NOW');
    expect(await purchasesOf('refuser')).toEqual(['free CANCELED']);
    expect(await balanceOf(brim, 'refuser', 'words')).toMatchObject({ remaining: '0', granted: '0' });
  });

  test('a purchase canceled for its period end can still be replaced before, and ends then', async () => {
    await createCustomer(brim, 'hasty');
    const { purchase } = await attach(brim, { customerId: 'hasty', planId: 'trial' });
    await cancel(purchase.id, 'PERIOD_END');
    await attach(brim, { customerId: 'hasty', planId: 'team' });
    await advanceDays(35);
    expect(await purchasesOf('hasty')).toEqual(['team ACTIVE', 'trial CANCELED', 'free CANCELED']);
    expect(await balanceOf(brim, 'hasty', 'words')).toMatchObject({ remaining: '500' });
  });
});

test('a plan that a customer token took and another replaced cannot be taken again', async () => {
  await createPlan(brim, { id: 'once', group: 'taken', items: [{ featureId: 'words', included: '5' }] });
  await createPlan(brim, { id: 'instead', group: 'taken', items: [{ featureId: 'words', included: '6' }] });
  await createCustomer(brim, 'taker');
  const token = await createCustomerToken(brim, 'taker', ['once']);
  const attachOnce = () => attach(brim, { planId: 'once' }, token);
  expect(await attachOnce()).toMatchObject({ __typename: 'AttachPlanSuccess' });
  await attach(brim, { customerId: 'taker', planId: 'instead' });
  expect(await attachOnce()).toMatchObject({ __typename: 'PlanAlreadyAttachedError', purchase: { status: 'CANCELED' } });
});

test('a plan with a daily and a monthly allowance, canceled for its period end, keeps the month', async () => {
  const daily = { featureId: 'words', included: '1', reset: { unit: 'DAY' } };
  await createFeature(brim, 'images');
  await createPlan(brim, {
    id: 'mixed',
    group: 'mixed',
    items: [daily, { featureId: 'images', included: '30', reset: MONTHLY }],
  });
  await createCustomer(brim, 'keeper');
  const { purchase } = await attach(brim, { customerId: 'keeper', planId: 'mixed' });
  const { purchase: scheduled } = await cancel(purchase.id, 'PERIOD_END');
  expect(Date.parse(scheduled.endsAt) - Date.parse(purchase.createdAt ?? scheduled.createdAt)).toBeGreaterThan(27 * 86_400_000);
  await advanceDays(2);
  expect(await balanceOf(brim, 'keeper', 'words')).toMatchObject({ remaining: '11' });
  await advanceDays(30);
  expect(await balanceOf(brim, 'keeper', 'images')).toMatchObject({ remaining: '0', granted: '0' });
});

test('an end that comes while no process runs is carried out before the first read', async () => {
  const time = { now: new Date('2026-01-31T00:00:00.000Z') };
  const late = await openBrim({ clock: { now: () => time.now } });
  try {
    await createFeature(late, 'words');
    await createPlan(late, { id: 'free', autoEnable: true, items: [{ featureId: 'words', included: '10' }] });
    await createPlan(late, { id: 'trial', items: [{ featureId: 'words', included: '100', reset: MONTHLY }] });
    await createCustomer(late, 'ada');
    const { purchase } = await attach(late, { customerId: 'ada', planId: 'trial' });
    await late.data('mutation ($id: ID!) { cancelPurchase(input: { purchaseId: $id, when: PERIOD_END }) { __typename } }', {
      id: purchase.id,
    });
    time.now = new Date('2026-04-01T00:00:00.000Z');
    const { purchase: found } = await late.data('query ($id: ID!) { purchase(id: $id) { status endedAt } }', { id: purchase.id });
    expect(found).toEqual({ status: 'CANCELED', endedAt: '2026-02-28T00:00:00.000Z' });
    expect(await balanceOf(late, 'ada', 'words')).toMatchObject({ remaining: '10' });
  } finally {
    await late.close();
  }
});

test('a full balance keeps no purchase from ending: the free plan stays away until there is room', async () => {
  await createFeature(brim, 'grains');
  await createPlan(brim, { id: 'few', group: 'sand', autoEnable: true, items: [{ featureId: 'grains', included: '1' }] });
  await createPlan(brim, { id: 'many', group: 'sand', items: [{ featureId: 'grains', unlimited: true }] });
  await createCustomer(brim, 'full');
  const { purchase } = await attach(brim, { customerId: 'full', planId: 'many' });
  await grant(brim, { customerId: 'full', featureId: 'grains', amount: '9'.repeat(26) });
  expect(await cancel(purchase.id, 'NOW')).toMatchObject({ purchase: { status: 'CANCELED' } });
  expect((await purchasesOf('full')).filter((each) => /few|many/.test(each))).toEqual(['many CANCELED', 'few CANCELED']);
  const refused = await attach(brim, { customerId: 'full', planId: 'few' });
  expect(refused).toMatchObject({ __typename: 'InvalidInputError', issues: [{ path: ['planId'] }] });
});
