/** What a secret key with scopes may do, of everything that the schema and the routes have. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT_SCOPES } from '../../schema/key-scopes.ts';
import { KEY_SCOPES, type KeyScope } from '../../src/values/key-scope.ts';
import { resultsOverSocket, resultsOverSse } from '../feed/transports.ts';
import { postRaw } from '../support/autumn.ts';
import { MESSAGES } from '../support/shop.ts';
import { callOf, ROOTS } from './documents.ts';
import { ADA, type Fixture, openFixture } from './fixture.ts';

let fixture: Fixture;
const keys = new Map<KeyScope, string>();

beforeAll(async () => {
  fixture = await openFixture();
  for (const scope of KEY_SCOPES) {
    const made = await fixture.brim.app.domain.secretKeys.make({ name: scope, scopes: [scope] }, { kind: 'app' });
    keys.set(scope, made.secret);
  }
});
afterAll(() => fixture.close());

const keyOf = (scope: KeyScope) => keys.get(scope) ?? '';
const VALUES = { customerId: `"${ADA}"`, id: '"nothing"', featureId: `"${MESSAGES}"`, currency: '"usd"' };
const ask = async (query: string, scope: KeyScope) => {
  const { data, errors = [] } = await fixture.brim.query(query, {}, keyOf(scope));
  return { data, errors: errors.map(({ extensions }) => [extensions?.['code'], extensions?.['scopes']]) };
};

const READS = ROOTS.Query.map((field) => ['Query', field] as const);
const CHANGES = ROOTS.Mutation.map((field) => ['Mutation', field] as const);

describe.each(KEY_SCOPES)('a key with the scope %s', (scope) => {
  it.each([...READS, ...CHANGES].map(([root, field]) => ({ root, field, name: `${root}.${field.name}` })))(
    'may do $name if that needs it, and is told what is needed if not',
    async ({ root, field, name }) => {
      // Where no such thing is, a mutation that is allowed changes nothing that others need.
      const needed: readonly KeyScope[] = ROOT_SCOPES[root][field.name] ?? [];
      const { data, errors } = await ask(`${root.toLowerCase()} { ${callOf(field, VALUES)} }`, scope);
      if (needed.includes(scope))
        expect(
          errors.map(([code]) => code),
          name,
        ).not.toContain('MISSING_SCOPE');
      else expect({ data, errors }, name).toEqual({ data: undefined, errors: [['MISSING_SCOPE', needed]] });
    },
  );
});

describe('the scope of an operation', () => {
  const TRACK = (selection: string) =>
    `mutation { track(input: { customerId: "${ADA}", featureId: "${MESSAGES}", value: 1 }) { ... on TrackSuccess { ${selection} } } }`;

  it('is that of each of its fields: nothing of it is done if one is missing', async () => {
    const remaining = async () => (await fixture.brim.data(`{ customer(id: "${ADA}") { sequence } }`)).customer.sequence;
    const before = await remaining();
    for (const selection of [
      'balance { customer { email } }',
      'balance { ledger { nodes { id } } }',
      'entry { purchase { total { amount } } }',
      '...Deep } } } fragment Deep on TrackSuccess { balance { ...More } } fragment More on Balance { customer { ... on Customer { name',
    ])
      expect(await ask(TRACK(selection), 'TRACK')).toMatchObject({
        errors: [['MISSING_SCOPE', expect.arrayContaining(['READ'])]],
      });
    expect(await remaining()).toBe(before);
    const { data, errors } = await ask(TRACK('balance { remaining customer { id } } entry { amount purchase { id } }'), 'TRACK');
    expect(errors).toEqual([]);
    expect(data.track.balance.customer).toEqual({ id: ADA });
  });

  it('is answered with 403 over HTTP, and counts for subscriptions of every transport', async () => {
    const response = await fetch(`${fixture.brim.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${keyOf('TRACK')}` },
      body: JSON.stringify({ query: '{ customers { nodes { id } } }' }),
    });
    expect(response.status).toBe(403);
    for (const { name, ...field } of ROOTS.Subscription) {
      const query = `subscription { ${callOf({ name, ...field }, { ...VALUES, purchaseId: '"nothing"' })} }`;
      for (const results of [resultsOverSse, resultsOverSocket]) {
        const first = await results(fixture.brim, query, { credential: keyOf('TRACK') })
          .next()
          .then(
            ({ value }) => value?.errors,
            (refused: unknown) => refused,
          );
        expect(first, name).toMatchObject([{ extensions: { code: 'MISSING_SCOPE', scopes: ROOT_SCOPES.Subscription[name] } }]);
      }
    }
  });

  it('of a token that may buy is PURCHASES too', async () => {
    const token = (more: string) =>
      ask(`mutation { createCustomerToken(input: { customerId: "${ADA}" ${more} }) { __typename } }`, 'CUSTOMERS');
    expect(await token('')).toMatchObject({ errors: [] });
    for (const more of ['attachablePlanIds: ["top_up"]', 'canSetAutoTopUp: true'])
      expect(await token(more)).toMatchObject({ errors: [['MISSING_SCOPE', ['PURCHASES']]] });
  });
});

describe('the routes', () => {
  const verb = (name: string, scope: KeyScope, body: object) =>
    postRaw(fixture.brim, name, JSON.stringify(body), { authorization: `Bearer ${keyOf(scope)}` });

  it('of autumn-js have the scopes of their verbs', async () => {
    const use = { customer_id: ADA, feature_id: MESSAGES, value: 1 };
    expect((await verb('balances.track', 'TRACK', use)).status).toBe(200);
    for (const [name, scope, body] of [
      ['balances.track', 'READ', use],
      ['balances.track', 'TRACK', { ...use, customer_data: { name: 'Mallory' } }],
      ['customers.get', 'TRACK', { customer_id: ADA }],
      ['plans.create', 'READ', {}],
    ] as const) {
      const refused = await verb(name, scope, body);
      expect([refused.status, await refused.json()], name).toMatchObject([403, { code: 'missing_scope' }]);
    }
  });

  it('export a customer only with ADMIN', async () => {
    const get = (scope: KeyScope) =>
      fetch(`${fixture.brim.url}/customers/${ADA}/export`, { headers: { authorization: `Bearer ${keyOf(scope)}` } });
    for (const scope of KEY_SCOPES) {
      const answer = await get(scope);
      await answer.text();
      expect([scope, answer.status]).toEqual([scope, scope === 'ADMIN' ? 200 : 403]);
    }
  });
});
