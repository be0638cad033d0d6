/** Global ids: each finds its object again, for whoever may see it by the type's own field. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_KEY } from '../support/brim.ts';
import { MESSAGES } from '../support/shop.ts';
import { ADA, BOB, type Fixture, openFixture } from './fixture.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

const nodeIdOf = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');

/** Each type of a customer's things, with the field that answers for it. */
const OWN: readonly (readonly [type: string, field: (who: 'ada' | 'bob') => string])[] = [
  ['Customer', (who) => `customer(id: "${who === 'ada' ? ADA : BOB}") { nodeId }`],
  ['Balance', (who) => `customer(id: "${who === 'ada' ? ADA : BOB}") { balance(featureId: "${MESSAGES}") { nodeId } }`],
  ['Purchase', (who) => `purchase(id: "${fixture.purchases[who].paid}") { nodeId }`],
  ['Hold', (who) => `hold(id: "${fixture.purchases[who].hold}") { nodeId }`],
];

async function nodeId(field: string): Promise<string> {
  const data = await fixture.brim.data(`{ ${field} }`);
  return /"nodeId":"([^"]+)"/.exec(JSON.stringify(data))?.[1] ?? '';
}
const SAME = 'query ($nodeId: ID!) { node(nodeId: $nodeId) { __typename nodeId } }';
const find = (id: string, credential = TEST_KEY) => fixture.brim.query(SAME, { nodeId: id }, credential);

describe.each(OWN)('a %s', (type, field) => {
  it('is found again by its nodeId', async () => {
    const id = await nodeId(field('ada'));
    expect(await find(id)).toMatchObject({ data: { node: { __typename: type, nodeId: id } } });
    expect(await find(id, fixture.token)).toMatchObject({ data: { node: { __typename: type, nodeId: id } } });
  });

  it('of another customer is null for a customer token, and there for a key', async () => {
    const id = await nodeId(field('bob'));
    const answer = await find(id, fixture.token);
    expect(answer.data).toEqual({ node: null });
    expect(answer.errors).toBeUndefined();
    expect(await find(id)).toMatchObject({ data: { node: { __typename: type } } });
  });
});

describe('what belongs to nobody', () => {
  it('is found by a nodeId: features, and the versions of plans that the caller may read', async () => {
    const seats = await nodeId('feature(id: "seats") { nodeId }');
    expect(await find(seats, fixture.token)).toMatchObject({ data: { node: { __typename: 'Feature' } } });
    const plan = async (id: string) => nodeId(`plan(id: "${id}") { nodeId }`);
    expect(await find(await plan('top_up'), fixture.token)).toMatchObject({ data: { node: { __typename: 'Plan' } } });
    expect((await find(await plan('stripes'), fixture.token)).data).toEqual({ node: null });
    expect((await find(await plan('stripes'))).data).toMatchObject({ node: { __typename: 'Plan' } });
  });

  it('comes in the order of its ids, with null for what is hidden or not there', async () => {
    const ids = [nodeIdOf('Feature', 'seats'), await nodeId(OWN[0]?.[1]('bob') ?? ''), nodeIdOf('Feature', 'none')];
    const mine = await nodeId(OWN[0]?.[1]('ada') ?? '');
    const { data } = await fixture.brim.query(
      'query ($ids: [ID!]!) { nodes(nodeIds: $ids) { ... on Feature { id } ... on Customer { id } } }',
      { ids: [...ids, mine] },
      fixture.token,
    );
    expect(data.nodes).toEqual([{ id: 'seats' }, null, null, { id: ADA }]);
  });
});

describe('what is no nodeId', () => {
  it.each([
    ['words', 'nothing'],
    ['an id', ADA],
    ['empty', ''],
    ['a type without a key', nodeIdOf('Customer', '')],
    ['a type that is no node', nodeIdOf('WebhookEndpoint', 'we_1')],
    ['a name that every object has', nodeIdOf('constructor', 'x')],
    ['padded', `${nodeIdOf('Feature', 'seats')}=`],
    ['very long', nodeIdOf('Customer', 'x'.repeat(60_000))],
  ])('is refused: %s', async (_, id) => {
    const { data, errors } = await find(id, fixture.token);
    expect(data).toEqual({ node: null });
    expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(['INVALID_INPUT']);
  });

  it('is named by its place, and more than a hundred are refused', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(nodeIds: $ids) { nodeId } }';
    const good = nodeIdOf('Feature', 'seats');
    const wrong = await fixture.brim.query(query, { ids: [good, 'x'] });
    expect(wrong.errors?.[0]?.message).toContain('nodeIds.1');
    expect((await fixture.brim.query(query, { ids: Array(101).fill(good) })).errors).toHaveLength(1);
    expect((await fixture.brim.data(query, { ids: Array(100).fill(good) })).nodes).toHaveLength(100);
  });

  it.each([
    ['a version that is none', nodeIdOf('Plan', 'top_up@0')],
    ['a plan without a version', nodeIdOf('Plan', 'top_up')],
    ['a balance without a feature', nodeIdOf('Balance', ADA)],
    ['a balance of a broken name', nodeIdOf('Balance', '%/x')],
    ['a balance of an unknown feature', nodeIdOf('Balance', `${ADA}/none`)],
    ['a customer of a null byte', nodeIdOf('Customer', '\u0000')],
  ])('or whose object cannot be, is null: %s', async (_, id) => {
    const { data, errors } = await find(id);
    expect(errors).toBeUndefined();
    expect(data).toEqual({ node: null });
  });
});
