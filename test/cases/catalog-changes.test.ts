/** What an app changes of its catalogue: names, metadata, and what is archived. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { createCustomer, createCustomerToken, createFeature, createPlan, openShop } from '../support/shop.ts';

let brim: TestBrim;
beforeAll(async () => {
  brim = await openShop();
});
afterAll(() => brim.close());

const ISSUES = '... on InvalidInputError { issues { path code } }';

async function change(verb: string, input: Record<string, unknown>, selection: string) {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
  const document = `mutation ($input: ${type}Input!) { ${verb}(input: $input) {
    __typename ... on ${type}Success { ${selection} } ${verb === 'unarchiveFeature' ? '' : ISSUES} } }`;
  return (await brim.data(document, { input }))[verb];
}

describe('updateFeature', () => {
  const update = (input: Record<string, unknown>) => change('updateFeature', input, 'feature { id name metadata }');

  it('changes the name and keeps the rest, at once in this process', async () => {
    await createFeature(brim, 'words');
    await brim.data('{ feature(id: "words") { name } }');
    expect(await update({ id: 'words', name: 'Letters' })).toMatchObject({ feature: { name: 'Letters', metadata: {} } });
    await createCustomer(brim, 'reader');
    const { customer } = await brim.data('{ customer(id: "reader") { balance(featureId: "words") { feature { name type } } } }');
    expect(customer.balance.feature).toEqual({ name: 'Letters', type: 'METERED' });
  });

  it('replaces the metadata, or merges some keys into them', async () => {
    expect(await update({ id: 'words', metadata: { a: 1, b: { c: 2 } } })).toMatchObject({ feature: { name: 'Letters' } });
    const merged = await update({ id: 'words', mergeMetadata: { a: null, d: 'new' } });
    expect(merged.feature.metadata).toEqual({ b: { c: 2 }, d: 'new' });
    expect((await update({ id: 'words', metadata: null })).feature.metadata).toEqual({});
  });

  it('loses no key where many merge at once', async () => {
    const keys = Array.from({ length: 10 }, (_, index) => `key${index}`);
    await Promise.all(keys.map((key) => update({ id: 'words', mergeMetadata: { [key]: true } })));
    const { feature } = await brim.data('{ feature(id: "words") { metadata } }');
    expect(Object.keys(feature.metadata).toSorted()).toEqual(keys);
  });

  it.each([
    ['both ways', { metadata: { a: 1 }, mergeMetadata: { b: 1 } }, 'mergeMetadata', 'NOT_ALLOWED'],
    ['more than fits', { metadata: { note: 'x'.repeat(16_400) } }, 'metadata', 'TOO_LONG'],
    ['an empty name', { name: ' ' }, 'name', 'REQUIRED'],
  ])('refuses %s', async (_, input, path, code) => {
    expect(await update({ id: 'words', ...input })).toEqual({
      __typename: 'InvalidInputError',
      issues: [{ path: [path], code }],
    });
  });

  it('refuses a merge that makes the whole too long', async () => {
    await update({ id: 'words', metadata: { note: 'x'.repeat(9_000) } });
    expect(await update({ id: 'words', mergeMetadata: { more: 'x'.repeat(9_000) } })).toMatchObject({
      issues: [{ path: ['mergeMetadata'], code: 'TOO_LONG' }],
    });
  });

  it('knows no other feature', async () => {
    expect(await update({ id: 'nothing', name: 'x' })).toEqual({ __typename: 'FeatureNotFoundError' });
  });
});

describe('updatePlan', () => {
  const update = (input: Record<string, unknown>) => change('updatePlan', input, 'plan { version name metadata }');

  it('makes no version where nothing changes', async () => {
    const items = [{ featureId: 'words', included: '5' }];
    await createPlan(brim, { id: 'same', name: 'Same', addOn: true, items });
    const [same, again, none] = [{ name: 'Same' }, { items, addOn: true, description: null }, {}];
    for (const input of [same, again, none])
      expect(await update({ id: 'same', ...input })).toMatchObject({ plan: { version: 1 } });
    expect(await update({ id: 'same', items: [{ featureId: 'words', included: '6' }] })).toMatchObject({ plan: { version: 2 } });
  });

  it('changes metadata in a version of its own, and keeps it in the next', async () => {
    expect(await update({ id: 'same', mergeMetadata: { badge: 'new' } })).toMatchObject({
      plan: { version: 3, metadata: { badge: 'new' } },
    });
    expect(await update({ id: 'same', mergeMetadata: { badge: 'new' } })).toMatchObject({ plan: { version: 3 } });
    expect(await update({ id: 'same', name: 'Other' })).toMatchObject({ plan: { version: 4, metadata: { badge: 'new' } } });
    expect((await brim.data('{ plan(id: "same", version: 2) { metadata } }')).plan.metadata).toEqual({});
  });

  it('shows a customer token none of the metadata', async () => {
    const token = await createCustomerToken(brim, 'reader', ['same']);
    const { plan } = await brim.data('{ plan(id: "same") { name metadata items { feature { metadata } } } }', {}, token);
    expect(plan).toEqual({ name: 'Other', metadata: {}, items: [{ feature: { metadata: {} } }] });
  });
});

describe('unarchiving', () => {
  it('puts every version of a plan on sale again, and twice is once', async () => {
    await brim.data('mutation { archivePlan(input: { id: "same" }) { __typename } }');
    const plan = { version: 4, archivedAt: null };
    for (let times = 0; times < 2; times += 1)
      expect(await change('unarchivePlan', { id: 'same' }, 'plan { version archivedAt }')).toMatchObject({ plan });
    const { one, all } = await brim.data('{ one: plan(id: "same", version: 1) { archivedAt } all: plans { id } }');
    expect(one).toEqual({ archivedAt: null });
    expect(all).toContainEqual({ id: 'same' });
  });

  it('is refused where another plan took its place with new customers', async () => {
    const plan = { group: 'start', autoEnable: true, items: [{ featureId: 'words', included: '1' }] };
    await createPlan(brim, { id: 'first', name: 'First', ...plan });
    await brim.data('mutation { archivePlan(input: { id: "first" }) { __typename } }');
    await createPlan(brim, { id: 'second', name: 'Second', ...plan });
    expect(await change('unarchivePlan', { id: 'first' }, 'plan { id }')).toMatchObject({ issues: [{ path: ['id'] }] });
  });

  it('lets plans be made with a feature again', async () => {
    await brim.data('mutation { archiveFeature(input: { id: "words" }) { __typename } }');
    const input = { id: 'late', name: 'Late', addOn: true, items: [{ featureId: 'words', included: '1' }] };
    expect(await change('createPlan', input, 'plan { id }')).toMatchObject({ __typename: 'InvalidInputError' });
    expect(await change('unarchiveFeature', { id: 'words' }, 'feature { archivedAt }')).toMatchObject({
      feature: { archivedAt: null },
    });
    expect(await change('createPlan', input, 'plan { id }')).toMatchObject({ plan: { id: 'late' } });
  });
});

it('updateCustomer merges metadata, and many at once lose nothing', async () => {
  await createCustomer(brim, 'merger');
  const merge = (mergeMetadata: object) => change('updateCustomer', { id: 'merger', mergeMetadata }, 'customer { metadata }');
  await Promise.all(['a', 'b', 'c', 'd'].map((key) => merge({ [key]: 1 })));
  expect((await merge({ a: null, b: 2 })).customer.metadata).toEqual({ b: 2, c: 1, d: 1 });
});
