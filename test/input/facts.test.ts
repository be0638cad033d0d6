import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectError, expectIssue, type Fixture, openFixture, use } from './fixture.ts';

const KIB = 1024;
const UNSTORABLE = 'must not contain NUL characters or broken Unicode';

/** A JSON object of exactly this many bytes. */
const ofBytes = (bytes: number) => ({ note: 'x'.repeat(bytes - '{"note":""}'.length) });

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

const BAD: [name: string, facts: Record<string, unknown>, says: string][] = [
  ['above 16 KiB', ofBytes(16 * KIB + 1), 'must be at most 16 KiB of JSON'],
  ['above 16 KiB in UTF-8', { note: '東'.repeat(6_000) }, 'must be at most 16 KiB of JSON'],
  ['with NUL in a value', { note: 'a\u0000b' }, UNSTORABLE],
  ['with NUL in a key', { 'a\u0000b': 1 }, UNSTORABLE],
  ['with half a character in a value', { note: 'a\ud83d' }, UNSTORABLE],
  ['with half a character in a key', { '\udc00': 1 }, UNSTORABLE],
  ['with half a character deep inside', { list: [{ note: ['\ud800'] }] }, UNSTORABLE],
  ['with NUL after a backslash', { note: '\\\u0000' }, UNSTORABLE],
  ['nested 101 levels deep', { list: deep(100) }, 'must be nested at most 100 levels deep'],
];

describe('invalid facts', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await openFixture();
  });
  afterAll(() => fixture.close());

  const PLACES: [verb: string, field: string, input: (facts: unknown) => unknown][] = [
    ['track', 'properties', (properties) => use({ properties })],
    ['createCustomer', 'metadata', (metadata) => ({ id: 'new', metadata })],
    ['updateCustomer', 'metadata', (metadata) => ({ id: 'payer', metadata })],
    ['attachPlan', 'metadata', (metadata) => ({ customerId: 'payer', planId: 'top_up', metadata })],
  ];

  describe.each(PLACES)('%s', (verb, field, input) => {
    it.each(BAD)(`${field} %s`, async (_name, facts, says) => {
      expectIssue(await fixture.withoutWriting(() => fixture.send(verb, input(facts))), [field], says);
    });

    it.each([
      ['a list', []],
      ['a word', 'note'],
      ['a number', 7],
    ])(`${field} that are %s`, async (_name, facts) => {
      const variable = verb.charAt(0).toUpperCase() + verb.slice(1);
      const document = `mutation ($input: ${variable}Input!) { ${verb}(input: $input) { __typename } }`;
      const answer = await fixture.withoutWriting(() => fixture.brim.query(document, { input: input(facts) }));
      expectError(answer, 'BAD_USER_INPUT', 'JSONObject must be a JSON object');
    });
  });

  it('facts nested a hundred thousand levels deep, beyond any stack, are refused', async () => {
    const query =
      'mutation ($properties: JSONObject) { track(input: { customerId: "payer", featureId: "premium_messages", properties: $properties }) { __typename ... on Error { message } ... on InvalidInputError { issues { path code message } } } }';
    const properties = `{"list":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const { answer } = await fixture.withoutWriting(() =>
      fixture.post(`{"query":${JSON.stringify(query)},"variables":{"properties":${properties}}}`),
    );
    expectIssue(answer.data.track, ['properties'], 'must be nested at most 100 levels deep');
  });

  it('facts that are just small enough, or only look odd, come back unchanged', async () => {
    for (const properties of [
      ofBytes(16 * KIB),
      { note: '\\u0000', 'back\\ud800slash': '\\\\u0000' },
      { list: deep(99) },
      { __proto__x: null, empty: {}, '': [1.5, true, '🙂', ' '] },
    ]) {
      const { track } = await fixture.brim.data(
        'mutation ($input: TrackInput!) { track(input: $input) { ... on TrackSuccess { entry { properties } } ... on Error { message } } }',
        { input: use({ value: '0.1', properties }) },
      );
      expect(track).toEqual({ entry: { properties } });
      const { customer } = await fixture.brim.data('{ customer(id: "payer") { ledger(first: 1) { nodes { properties } } } }');
      expect(customer.ledger.nodes).toEqual([{ properties }]);
    }
  });

  it('invalid texts: names, emails, reasons and keys', async () => {
    const bad = 'a\u0000b';
    for (const [verb, input, field] of [
      ['createCustomer', { id: 'new', name: bad }, 'name'],
      ['createCustomer', { id: 'new', email: '\ud800' }, 'email'],
      ['updateCustomer', { id: 'payer', name: 'x'.repeat(201) }, 'name'],
      ['grantBalance', use({ amount: 1, reason: bad }), 'reason'],
      ['grantBalance', use({ amount: 1, reason: 'x'.repeat(501) }), 'reason'],
      ['grantBalance', use({ amount: 1, idempotencyKey: bad }), 'idempotencyKey'],
      ['track', use({ idempotencyKey: '\ud800' }), 'idempotencyKey'],
      ['track', use({ idempotencyKey: '' }), 'idempotencyKey'],
    ] as const) {
      expectIssue(await fixture.withoutWriting(() => fixture.send(verb, input)), [field], 'must');
    }
  });
});
