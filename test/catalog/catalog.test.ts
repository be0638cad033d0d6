import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Catalog, openCatalog, planKey } from '../../src/catalog/catalog.ts';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { decimal } from '../../src/values/decimal.ts';
import { AlreadyExistsError, FeatureNotFoundError, InvalidInputError, PlanNotFoundError } from '../../src/values/errors.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';

const NOW = new Date('2026-01-31T12:00:00.000Z');
const PER_100 = { amount: { amount: '10', currency: 'usd' }, billingUnits: '100', method: 'PREPAID' };

let fresh: FreshDatabase;
let database: Database;
let catalog: Catalog;
beforeAll(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh);
  catalog = openCatalog({ database, clock: { now: () => NOW }, problemsWithCharges: () => [] });
  for (const id of ['messages', 'old']) await catalog.createFeature({ id, name: id, type: 'METERED' });
  await catalog.createFeature({ id: 'premium', name: 'Premium', type: 'BOOLEAN' });
  await catalog.archiveFeature({ id: 'old' });
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

const plan = (id: string, item: object, facts: object = {}) => ({
  id,
  name: id,
  items: [{ featureId: 'messages', ...item }],
  ...facts,
});
const issuesOf = (work: Promise<unknown>) =>
  work.then(
    () => [],
    (error: unknown) => (error instanceof InvalidInputError ? error.issues : error),
  );

describe('an item of a plan must fit its feature', () => {
  test.each<[string, object, string[], string]>([
    [
      'nothing of a metered one',
      plan('p', {}),
      ['items', '0', 'included'],
      'must be above zero where the item is neither unlimited nor priced',
    ],
    [
      'an archived one',
      plan('p', { featureId: 'old', included: '1' }),
      ['items', '0', 'featureId'],
      'the feature "old" is archived',
    ],
    ...[
      { included: '1' },
      { unlimited: true },
      { price: PER_100 },
      { reset: { unit: 'DAY' } },
      { expiresAfter: { unit: 'DAY' } },
    ].map((facts): [string, object, string[], string] => [
      `${Object.keys(facts)[0]} of a boolean one`,
      plan('p', { featureId: 'premium', ...facts }),
      ['items', '0'],
      '"premium" is a boolean feature: the item gives it by naming it, without amounts, prices or times',
    ]),
  ])('so it is refused with %s', async (_, input, path, message) => {
    expect(await issuesOf(catalog.createPlan(input))).toMatchObject([{ path, message }]);
    expect(await catalog.newestPlan('p')).toBeNull();
  });

  test('and its feature must exist, also where Postgres could not store the id', async () => {
    await expect(catalog.createPlan(plan('p', { featureId: 'unknown', included: '1' }))).rejects.toBeInstanceOf(
      FeatureNotFoundError,
    );
    expect(await catalog.feature('\u0000')).toBeNull();
  });
});

describe('what is not supported yet is refused', () => {
  test.each<[string, object, string]>([['features that are not consumed', { type: 'METERED', consumable: false }, 'consumable']])(
    '%s',
    async (_, facts, path) => {
      const issues = await issuesOf(catalog.createFeature({ id: 'seats', name: 'Seats', ...facts }));
      expect(issues).toMatchObject([{ path: [path], message: expect.stringContaining('not supported yet') }]);
    },
  );
});

describe('a credit system', () => {
  const credits = (id: string, creditCosts: object[]) => ({ id, name: id, type: 'CREDIT_SYSTEM', creditCosts });

  test('is read back with its costs, and pays for the named features at once', async () => {
    expect(await catalog.creditsFor('messages')).toEqual([]);
    const gold = await catalog.createFeature(credits('gold', [{ featureId: 'messages', cost: '0.20' }]));
    expect(gold.creditCosts).toEqual([{ featureId: 'messages', cost: decimal('0.2') }]);
    expect(await catalog.feature('gold')).toEqual(gold);
    expect(await catalog.feature('messages')).toMatchObject({ creditCosts: [] });
    expect(await catalog.creditsFor('messages')).toEqual([{ featureId: 'gold', cost: decimal('0.2') }]);
    const rows = await database.client.$queryRaw`SELECT credit_costs FROM feature WHERE id = 'gold'`;
    expect(rows).toEqual([{ credit_costs: [{ featureId: 'messages', cost: '0.2' }] }]);
  });

  test('that is archived still pays', async () => {
    await catalog.createFeature(credits('silver', [{ featureId: 'messages', cost: '3' }]));
    await catalog.archiveFeature({ id: 'silver' });
    const elsewhere = openCatalog({ database, clock: { now: () => NOW }, problemsWithCharges: () => [] });
    expect(await elsewhere.creditsFor('messages')).toEqual([
      { featureId: 'gold', cost: decimal('0.2') },
      { featureId: 'silver', cost: decimal('3') },
    ]);
  });

  test('has a balance, so a plan can include it and sell it', async () => {
    const given = await catalog.createPlan(plan('golden', { featureId: 'gold', included: '100', price: PER_100 }));
    expect(given.items).toMatchObject([{ featureId: 'gold', included: decimal('100') }]);
    expect(await issuesOf(catalog.createPlan(plan('p', { featureId: 'gold' })))).toMatchObject([
      { path: ['items', '0', 'included'] },
    ]);
  });

  test('is refused with every problem of the features that it pays for', async () => {
    const costs = ['unknown', 'messages', 'old', 'premium', 'gold'].map((featureId) => ({ featureId, cost: '1' }));
    expect(await issuesOf(catalog.createFeature(credits('bronze', costs)))).toMatchObject([
      { path: ['creditCosts', '0', 'featureId'] },
      { path: ['creditCosts', '2', 'featureId'] },
      { path: ['creditCosts', '3', 'featureId'] },
      { path: ['creditCosts', '4', 'featureId'] },
    ]);
    expect(await catalog.feature('bronze')).toBeNull();
  });
});

describe('a plan', () => {
  test('keeps its items where an update names none, also where their features are archived by now', async () => {
    await catalog.createFeature({ id: 'retiring', name: 'Retiring', type: 'METERED' });
    const created = await catalog.createPlan({ ...plan('legacy', { featureId: 'retiring', included: '1' }), group: 'legacy' });
    await catalog.archiveFeature({ id: 'retiring' });
    for (const [index, items] of [undefined, null].entries()) {
      const name = `Legacy ${index}`;
      expect(await catalog.updatePlan({ id: 'legacy', name, items })).toEqual({ ...created, name, version: index + 2 });
    }
    expect(await issuesOf(catalog.updatePlan({ id: 'legacy', items: [{ featureId: 'retiring', included: '2' }] }))).toMatchObject(
      [{ path: ['items', '0', 'featureId'], message: 'the feature "retiring" is archived' }],
    );
  });

  test('is read back as it was written, and its older versions never change', async () => {
    const created = await catalog.createPlan(
      plan('starter', { included: '12.5', reset: { unit: 'WEEK', count: 2 }, price: { ...PER_100, billingUnits: '0.5' } }),
    );
    expect(await catalog.newestPlan('starter')).toEqual(created);
    const updated = await catalog.updatePlan({ id: 'starter', name: 'Starter, renamed' });
    expect(updated).toEqual({ ...created, version: 2, name: 'Starter, renamed' });
    expect(await catalog.planVersion({ id: 'starter', version: 1 })).toEqual(created);
    expect(await catalog.newestPlan('starter')).toEqual(updated);
    expect(planKey(updated)).toBe('starter@2');
    expect(updated.items[0]).toMatchObject({ included: decimal('12.5'), price: { billingUnits: decimal('0.5') } });
  });

  test('keeps its rollover and its tiers, also where an update names neither', async () => {
    const usd = (amount: string) => ({ amount, currency: 'usd' });
    const created = await catalog.createPlan(
      plan('tiered', {
        included: '100',
        reset: { unit: 'MONTH' },
        rollover: { maxPercentage: 50, expiresAfter: { unit: 'WEEK' } },
        price: {
          ...PER_100,
          tiers: [{ upTo: '500', amount: usd('10'), flatAmount: usd('2.50') }, { amount: usd('8') }],
          tierMode: 'VOLUME',
        },
      }),
    );
    expect(created.items[0]).toMatchObject({
      rollover: { max: null, maxPercentage: 50, expiresAfter: { unit: 'WEEK', count: 1 } },
      price: { tierMode: 'VOLUME', tiers: [{ flatAmount: { amount: decimal('2.5') } }, { upTo: null, flatAmount: null }] },
    });
    expect(await catalog.newestPlan('tiered')).toEqual(created);
    expect(await catalog.updatePlan({ id: 'tiered', name: 'Renamed' })).toEqual({ ...created, version: 2, name: 'Renamed' });
  });

  test('older than rollovers and tiers has none', async () => {
    const created = await catalog.createPlan(plan('old_terms', { included: '100', price: PER_100 }));
    await database.client.$executeRaw`
      UPDATE plan SET terms = terms #- '{items,0,rollover}' #- '{items,0,price,tiers}' #- '{items,0,price,tierMode}'
      WHERE id = 'old_terms'`;
    expect(await catalog.newestPlan('old_terms')).toEqual(created);
    expect(await catalog.updatePlan({ id: 'old_terms' })).toEqual(created);
  });

  test('is created once, and archived once', async () => {
    await catalog.createPlan(plan('once', { included: '1' }));
    await expect(catalog.createPlan(plan('once', { included: '1' }))).rejects.toBeInstanceOf(AlreadyExistsError);
    expect((await catalog.archivePlan({ id: 'once' })).archivedAt).toEqual(NOW);
    expect((await catalog.archivePlan({ id: 'once' })).archivedAt).toEqual(NOW);
    await expect(catalog.updatePlan({ id: 'once', name: 'Again' })).rejects.toBeInstanceOf(PlanNotFoundError);
    await expect(catalog.archivePlan({ id: 'unknown' })).rejects.toBeInstanceOf(PlanNotFoundError);
    expect((await catalog.plans({ includeArchived: false })).map(({ id }) => id)).not.toContain('once');
    expect((await catalog.plans({ includeArchived: true })).map(({ id }) => id)).toContain('once');
  });

  test('that two callers create at once is created by one of them', async () => {
    const making = [1, 2].map(() => catalog.createPlan(plan('raced', { included: '1' })));
    expect((await Promise.allSettled(making)).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('that two callers update at once gets two versions', async () => {
    await catalog.createPlan(plan('edited', { included: '1' }));
    const edited = await Promise.all(['a', 'b'].map((name) => catalog.updatePlan({ id: 'edited', name })));
    expect(edited.map(({ version }) => version).toSorted()).toEqual([2, 3]);
  });
});

describe('of the base plans of a group', () => {
  const free = (id: string, facts: object) => plan(id, { included: '1' }, { autoEnable: true, ...facts });

  test('at most one has autoEnable; other groups and add-ons do not count', async () => {
    await catalog.createPlan(free('free-1', { group: 'chat' }));
    expect(await issuesOf(catalog.createPlan(free('free-2', { group: 'chat' })))).toMatchObject([
      { path: ['autoEnable'], message: expect.stringContaining('"free-1" of the same group') },
    ]);
    await catalog.createPlan(free('free-3', { group: 'images' }));
    await catalog.createPlan(free('free-4', { group: 'chat', addOn: true }));
    await catalog.archivePlan({ id: 'free-1' });
    await catalog.createPlan(free('free-2', { group: 'chat' }));
  });

  test('an update may not give autoEnable to a second one, and may change the first', async () => {
    await catalog.createPlan(free('default', {}));
    await catalog.createPlan(plan('silent', { included: '1' }));
    expect(await issuesOf(catalog.updatePlan({ id: 'silent', autoEnable: true }))).toMatchObject([{ path: ['autoEnable'] }]);
    expect(await catalog.updatePlan({ id: 'default', name: 'Default' })).toMatchObject({ version: 2, autoEnable: true });
  });

  test('one is created where two with autoEnable are created at once', async () => {
    const making = ['r1', 'r2'].map((id) => catalog.createPlan(free(id, { group: 'race' })));
    expect((await Promise.allSettled(making)).map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});
