import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import {
  answerPage,
  attach,
  balanceOf,
  createCustomer,
  createPlan,
  findPurchase,
  MESSAGES,
  openShop,
  prepaid,
  untilStatus,
  wanting,
} from '../support/shop.ts';

describe('a version of a plan', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  const packs = (amount: string, included = '0') => [{ featureId: MESSAGES, included, price: prepaid(amount) }];
  const buy = (customerId: string, planId: string) => attach(brim, { customerId, planId, featureQuantities: wanting('100') });

  async function update(input: Record<string, unknown>) {
    const { updatePlan } = await brim.data(
      'mutation ($input: UpdatePlanInput!) { updatePlan(input: $input) { ... on UpdatePlanSuccess { plan { version } } ... on Error { message } } }',
      { input },
    );
    return updatePlan.plan?.version;
  }

  const archive = (id: string) =>
    brim.data('mutation ($id: ID!) { archivePlan(input: { id: $id }) { ... on ArchivePlanSuccess { plan { archivedAt } } } }', {
      id,
    });

  it('stays the version of a purchase, with its price, when the plan is updated', async () => {
    await createPlan(brim, { id: 'kept', addOn: true, items: packs('10') });
    await createCustomer(brim, 'kept');
    const old = await buy('kept', 'kept');
    await answerPage(old.checkoutUrl);
    await untilStatus(brim, old.purchase.id, 'ACTIVE');
    expect(await update({ id: 'kept', items: packs('12') })).toBe(2);
    const next = await buy('kept', 'kept');
    expect(next.purchase.total.amount).toBe('12');
    expect(await findPurchase(brim, old.purchase.id)).toMatchObject({
      total: { amount: '10' },
      plan: { id: 'kept', version: 1, key: 'kept@1', items: [{ price: { amount: { amount: '10' } } }] },
    });
    expect(await findPurchase(brim, next.purchase.id)).toMatchObject({ plan: { version: 2, key: 'kept@2' } });
  });

  it('is sold as shown by a page that was open when the plan was updated', async () => {
    await createPlan(brim, { id: 'open', addOn: true, items: packs('10', '0') });
    await createCustomer(brim, 'open');
    const { checkoutUrl, purchase } = await buy('open', 'open');
    await update({ id: 'open', items: packs('99', '500') });
    expect(await (await fetch(checkoutUrl)).text()).toContain('$10.00');
    await answerPage(checkoutUrl);
    expect(await untilStatus(brim, purchase.id, 'ACTIVE')).toMatchObject({ total: { amount: '10' }, plan: { version: 1 } });
    expect(await balanceOf(brim, 'open')).toMatchObject({ remaining: '110' });
  });

  it('is replaced on the page after an update: attaching again closes the old page and opens one at the new price', async () => {
    await createPlan(brim, { id: 'replaced', addOn: true, items: packs('10') });
    await createCustomer(brim, 'replaced');
    const old = await buy('replaced', 'replaced');
    await update({ id: 'replaced', items: packs('15') });
    const next = await buy('replaced', 'replaced');
    expect(next.purchase).toMatchObject({ total: { amount: '15' } });
    expect((await answerPage(old.checkoutUrl)).status).toBe(409);
    expect((await answerPage(next.checkoutUrl)).status).toBe(303);
  });

  it('cannot be attached once the plan is archived, and what was bought stays', async () => {
    await createPlan(brim, { id: 'archived', addOn: true, items: packs('10') });
    await createCustomer(brim, 'archived');
    const before = await buy('archived', 'archived');
    await archive('archived');
    expect(await buy('archived', 'archived')).toEqual({
      __typename: 'PlanNotFoundError',
      message: 'There is no plan on sale with the id "archived".',
    });
    expect(await update({ id: 'archived', name: 'Again' })).toBeUndefined();
    await answerPage(before.checkoutUrl);
    await untilStatus(brim, before.purchase.id, 'ACTIVE');
    expect(await balanceOf(brim, 'archived')).toMatchObject({ remaining: '110' });
    expect((await brim.data('{ plan(id: "archived") { archivedAt } }')).plan.archivedAt).toEqual(expect.any(String));
  });

  it('is not attached to new customers once the plan is archived', async () => {
    await createPlan(brim, { id: 'welcome', addOn: true, autoEnable: true, items: [{ featureId: MESSAGES, included: '3' }] });
    await createCustomer(brim, 'welcomed');
    await archive('welcome');
    await createCustomer(brim, 'too_late');
    expect((await balanceOf(brim, 'welcomed')).remaining).toBe('13');
    expect((await balanceOf(brim, 'too_late')).remaining).toBe('10');
  });
});
