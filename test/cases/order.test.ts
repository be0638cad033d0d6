import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import {
  advanceClock,
  answerPage,
  attach,
  balanceOf,
  createCustomer,
  createFeature,
  createPlan,
  grant,
  ledgerOf,
  prepaid,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const WORDS = 'words';

describe('the order in which grants are used', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim({ config: { testClocks: true } });
    await createFeature(brim, WORDS);
    const included = (amount: string, more: Record<string, unknown> = {}) => ({ featureId: WORDS, included: amount, ...more });
    const monthly = { reset: { unit: 'MONTH' } };
    await createPlan(brim, { id: 'd1', addOn: true, items: [included('200'), included('500', monthly)] });
    for (const amount of ['100', '50', '200'])
      await createPlan(brim, { id: `gives_${amount}`, addOn: true, items: [included(amount)] });
    await createPlan(brim, { id: 'packs', addOn: true, items: [included('10', { price: prepaid('1', '10') })] });
  });
  afterAll(() => brim.close());

  const use = (customerId: string, value: string) => track(brim, { customerId, featureId: WORDS, value });

  /** The open grants: what each gave and what is left. The first is used first. */
  async function grantsOf(customerId: string): Promise<[granted: string, remaining: string][]> {
    const { customer } = await brim.data(
      `query ($id: ID!) { customer(id: $id) { balance(featureId: "${WORDS}") { remaining grants(includeUsedUp: true) { granted remaining } } } }`,
      { id: customerId },
    );
    return customer.balance.grants.map((each: { granted: string; remaining: string }) => [each.granted, each.remaining]);
  }

  const remaining = async (customerId: string) => (await grantsOf(customerId)).reduce((sum, [, left]) => sum + Number(left), 0);

  it('D1: uses grants that reset before grants that never do', async () => {
    await createCustomer(brim, 'd1');
    await attach(brim, { customerId: 'd1', planId: 'd1' });
    await use('d1', '100');
    expect(await grantsOf('d1')).toEqual([
      ['500', '400'],
      ['200', '200'],
    ]);
    expect((await use('d1', '450')).entry.allocations.map(({ amount }: { amount: string }) => amount)).toEqual(['-400', '-50']);
    // Used up, and still there: it resets.
    expect(await grantsOf('d1')).toEqual([
      ['500', '0'],
      ['200', '150'],
    ]);
  });

  it('D5: adds three plans up in one balance, and uses the oldest first', async () => {
    await createCustomer(brim, 'd5');
    for (const amount of ['100', '50', '200']) await attach(brim, { customerId: 'd5', planId: `gives_${amount}` });
    expect(await remaining('d5')).toBe(350);
    expect(await use('d5', '120')).toMatchObject({ applied: '120', balance: { remaining: '230' } });
    expect(await grantsOf('d5')).toEqual([
      ['50', '30'],
      ['200', '200'],
      ['100', '0'],
    ]);
    expect(await use('d5', '200')).toMatchObject({ applied: '200', balance: { remaining: '30' } });
    expect(await remaining('d5')).toBe(30);
  });

  it('D7: uses the grant that expires sooner first, in either order of giving', async () => {
    await createCustomer(brim, 'd7');
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const later = await grant(brim, { customerId: 'd7', featureId: WORDS, amount: '100', expiresAt: inDays(60) });
    const sooner = await grant(brim, { customerId: 'd7', featureId: WORDS, amount: '100', expiresAt: inDays(30) });
    expect((await use('d7', '60')).entry.allocations).toEqual([{ amount: '-60', grant: { id: sooner.grant.id } }]);
    expect(await grantsOf('d7')).toEqual([
      ['100', '40'],
      ['100', '100'],
    ]);
    expect((await use('d7', '50')).entry.allocations).toEqual([
      { amount: '-40', grant: { id: sooner.grant.id } },
      { amount: '-10', grant: { id: later.grant.id } },
    ]);
  });

  it('uses grants that expire before those that never do, and included ones before bought ones', async () => {
    await createCustomer(brim, 'mixed');
    await grant(brim, { customerId: 'mixed', featureId: WORDS, amount: '7' });
    const { checkoutUrl, purchase } = await attach(brim, {
      customerId: 'mixed',
      planId: 'packs',
      featureQuantities: wanting('40', WORDS),
    });
    await answerPage(checkoutUrl);
    await untilStatus(brim, purchase.id, 'ACTIVE');
    await grant(brim, { customerId: 'mixed', featureId: WORDS, amount: '5', expiresAt: '9999-12-31T00:00:00Z' });
    expect(await grantsOf('mixed')).toEqual([
      ['5', '5'],
      ['10', '10'],
      ['7', '7'],
      ['30', '30'],
    ]);
    expect((await use('mixed', '23')).entry.allocations.map(({ amount }: { amount: string }) => amount)).toEqual([
      '-5',
      '-10',
      '-7',
      '-1',
    ]);
  });

  it.each([
    ['unused', '0', { left: '-100', remaining: '50', usage: '0' }],
    ['partly used', '30', { left: '-70', remaining: '50', usage: '0' }],
    ['wholly used', '100', { left: '0', remaining: '50', usage: '0' }],
    ['used with some of the other', '120', { left: '0', remaining: '30', usage: '20' }],
  ])(
    'D10: a grant that expires takes what was left of it and what was used of it, and pages learn of it: %s',
    async (name, used, after) => {
      const customerId = `d10-${name.replaceAll(' ', '-')}`;
      await createCustomer(brim, customerId);
      const { customer } = await brim.data('query ($id: ID!) { customer(id: $id) { createdAt } }', { id: customerId });
      const expiresAt = new Date(new Date(customer.createdAt).getTime() + 30 * 86_400_000).toISOString();
      await grant(brim, { customerId, featureId: WORDS, amount: '50' });
      const { grant: ending } = await grant(brim, { customerId, featureId: WORDS, amount: '100', expiresAt });
      if (used !== '0') await use(customerId, used);
      const page = subscribe(
        brim.socket(),
        'subscription ($id: ID!) { balanceChanged(customerId: $id) { balance { remaining usage granted nextExpiryAt } entry { kind amount occurredAt allocations { grant { id } } } } }',
        { id: customerId },
      );
      await take(page, 1);

      await advanceClock(brim, { to: expiresAt });
      const balance = { remaining: after.remaining, usage: after.usage, granted: '50', nextExpiryAt: null };
      const entry = { kind: 'EXPIRY', amount: after.left, occurredAt: expiresAt, allocations: [{ grant: { id: ending.id } }] };
      expect(await take(page, 1)).toEqual([{ balanceChanged: { balance, entry } }]);
      expect(await balanceOf(brim, customerId, WORDS)).toMatchObject({ remaining: after.remaining, usage: after.usage });
      expect((await ledgerOf(brim, customerId)).at(-1)).toMatchObject({ kind: 'EXPIRY', amount: after.left });
    },
  );
});
