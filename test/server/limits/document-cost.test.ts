import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type DocumentNode,
  type GraphQLField,
  getIntrospectionQuery,
  getNullableType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  Kind,
  OperationTypeNode,
  parse,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import * as texts from '../../../packages/client/src/documents/generated/texts.ts';
import { schema } from '../../../schema/index.ts';
import { bucketsBetween } from '../../../src/balances/usage-series.ts';
import { costOf } from '../../../src/server/limits/document-cost.ts';
import { LIMITS } from '../../../src/server/limits/limits.ts';

const cost = (query: string, variableValues: Record<string, unknown> = {}) => {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return costOf({ schema, document, variableValues });
};

/** Every field of the schema by its full name. */
const fields: readonly (readonly [string, GraphQLField<unknown, unknown>])[] = Object.values(schema.getTypeMap())
  .filter((type) => !isIntrospectionType(type))
  .flatMap((type) =>
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field] as const)
      : [],
  );
const lists = fields.filter(([, field]) => isListType(getNullableType(field.type)));

describe('every list of the schema', () => {
  it('declares its size', () => {
    expect(lists.length).toBeGreaterThan(30);
    expect(lists.filter(([, field]) => field.extensions.cost?.list === undefined).map(([name]) => name)).toEqual([]);
  });

  it('declares "page" only where a field above knows the size of a page', () => {
    const pages = new Set(
      lists.filter(([, { extensions }]) => extensions.cost?.list === 'page').map(([name]) => name.split('.')[0]),
    );
    const typeOf = ({ type }: GraphQLField<unknown, unknown>) => String(type).replace(/[![\]]/g, '');
    const leading = fields.filter(([, field]) => pages.has(typeOf(field)));
    const isCounted = ([, field]: (typeof fields)[number]) => field.args.some(({ name }) => name === 'first');
    expect(leading.filter((each) => !isCounted(each)).map(([name]) => name)).toEqual([]);
    // The only pages without `first`: one result for each event or row that was sent.
    const batches = { ImportBalancesSuccess: 'importBalances', TrackBatchSuccess: 'trackBatch' };
    expect([...pages].filter((name) => !name?.endsWith('Connection')).toSorted()).toEqual(Object.keys(batches));
    for (const field of Object.values(batches))
      expect(schema.getMutationType()?.getFields()[field]?.extensions.cost?.page).toBeDefined();
  });
});

/** More than 1,000 buckets are refused, and counted as 1,000. */
const isLong = (from: Date, to: Date, bucket: string) =>
  to.getTime() - from.getTime() > 1_000 * ({ HOUR: 3_600_000, DAY: 86_400_000 }[bucket] ?? Number.POSITIVE_INFINITY);

describe('the counted size of a list', () => {
  it('is its real limit, where it has one', () => {
    const usage =
      'query ($from: DateTime!, $to: DateTime!, $bucket: UsageBucket!) { viewer { usage(featureId: "x", from: $from, to: $to, bucket: $bucket) { usage } } }';
    const spans = ['2026-01-01', '2026-01-02', '2026-01-31', '2026-03-01', '2028-02-29', '2028-12-31'].map(
      (day) => new Date(day),
    );
    for (const bucket of ['HOUR', 'DAY', 'WEEK', 'MONTH'] as const) {
      for (const [from, to] of spans.flatMap((from) => spans.filter((to) => to > from).map((to) => [from, to] as const))) {
        const counted = cost(usage, { from: from.toISOString(), to: to.toISOString(), bucket }) - 102;
        const real = isLong(from, to, bucket) ? 1_000 : bucketsBetween(from, to, bucket).length;
        expect(counted).toBeGreaterThanOrEqual(real);
        expect(counted).toBeLessThanOrEqual(Math.min(1_000, real * 1.2 + 2));
      }
    }
    expect(cost('{ viewer { balances(featureIds: ["a", "b", "c"]) { granted } } }')).toBe(5);
    expect(cost('query ($ids: [ID!]) { viewer { balances(featureIds: $ids) { granted } } }', { ids: ['a', 'b'] })).toBe(4);
    expect(cost('query ($ids: [ID!] = ["a"]) { viewer { balances(featureIds: $ids) { granted } } }')).toBe(3);
    expect(cost('{ viewer { balances(featureIds: "a") { granted } } }')).toBe(3);
    const batch =
      'mutation ($input: TrackBatchInput!) { trackBatch(input: $input) { ... on TrackBatchSuccess { results { __typename } } } }';
    expect(cost(batch, { input: { events: Array(700).fill({}) } })).toBe(702);
    const events =
      'mutation ($events: [TrackInput!]!) { trackBatch(input: { events: $events }) { ... on TrackBatchSuccess { results { __typename } } } }';
    expect(cost(events, { events: Array(300).fill({}) })).toBe(302);
  });

  it('is what `first` says, in a literal, a variable or a default; null is the default', () => {
    const page = (first: string) => `{ customers(${first}) { nodes { id } pageInfo { endCursor } } }`;
    const others = cost(page('first: 0')) - 1;
    expect(cost(page('first: 70')) - others).toBe(70);
    expect(cost(page('first: null')) - others).toBe(20);
    expect(cost('{ customers { nodes { id } pageInfo { endCursor } } }') - others).toBe(20);
    const query = 'query ($first: Int = 60) { customers(first: $first) { nodes { id } pageInfo { endCursor } } }';
    expect(cost(query) - others).toBe(60);
    expect(cost(query, { first: 90 }) - others).toBe(90);
    expect(cost(query, { first: null }) - others).toBe(20);
  });

  it('is counted again for other variables, although the document was counted before', () => {
    const text = 'query A($first: Int = 60) { customers(first: $first) { nodes { id } } } query B { features { id } }';
    const document = parse(text);
    const again = (operationName: string, variableValues: Record<string, unknown>) =>
      costOf({ schema, document, operationName, variableValues });
    const base = again('A', { first: 0 });
    expect([{}, { first: 90 }, { first: null }, { first: 1 }, {}].map((values) => again('A', values) - base)).toEqual([
      ...[59, 89, 19, 0, 59],
    ]);
    expect(again('B', {})).toBe(again('B', { first: 90 }));
    expect(again('B', {})).not.toBe(base);
    const batch = parse(
      'mutation ($events: [TrackInput!]!) { trackBatch(input: { events: $events }) { ... on TrackBatchSuccess { results { __typename } } } }',
    );
    for (const count of [300, 700]) {
      expect(costOf({ schema, document: batch, variableValues: { events: Array(count).fill({}) } })).toBe(count + 2);
    }
    expect(again('C', {})).toBe(0);
  });

  it('is a fixed number where nothing limits it, also for lists of scalars', () => {
    expect(cost('{ viewer { balances { granted } } }')).toBe(1 + 1 + 10);
    expect(
      cost('{ viewer { balance(featureId: "x") { grants { granted } all: grants(includeUsedUp: true) { granted } } } }'),
    ).toBe(1 + 1 + 1 + 5 + 1 + 105);
    const issues = 'mutation { voidGrant(input: { grantId: "x" }) { ... on InvalidInputError { issues { path } } } }';
    expect(cost(issues)).toBe(1 + 1 + 5 * (1 + 5));
  });

  it('uses the most expensive type of a union, and counts a fragment wherever it is spread', () => {
    const track = (selections: string) =>
      cost(`mutation { track(input: { customerId: "a", featureId: "b" }) { ${selections} } }`);
    const [small, large] = ['... on InvalidInputError { message }', '... on TrackSuccess { requested applied shortfall }'];
    expect(track(`${small} ${large}`)).toBe(track(large));
    expect(track('... on Error { message } ... on InvalidInputError { issues { message } }')).toBe(1 + 1 + 1 + 5);
    expect(cost('{ a: viewer { ...F } b: viewer { balances { customer { ...F } } } } fragment F on Customer { id name }')).toBe(
      3 + (2 + 10 * 3),
    );
  });
});

describe("documents that have exhausted a process's memory", () => {
  const nested = (leaf: string, levels: number): string =>
    levels === 0 ? leaf : `balances { customer { ${nested(leaf, levels - 1)} } }`;

  it.each([
    ['balances in balances', `{ viewer { ${nested('id', 5)} } }`],
    ['the same with the length of names alone', `{ viewer { ${nested('__typename', 5)} } }`],
    [
      'usage beneath the grants of a ledger',
      `{ viewer { ledger(first: 100) { nodes { allocations { grant { purchase { customer { ${Array.from(
        { length: 50 },
        (_, index) =>
          `u${index}: usage(featureId: "x", from: "2026-01-01T00:00:00Z", to: "2026-12-01T00:00:00Z", bucket: HOUR) { usage }`,
      ).join(' ')} } } } } } } } }`,
    ],
    [
      'connections in connections, by a variable',
      'query ($first: Int = 100) { viewer { ledger(first: $first) { nodes { purchase { customer { ledger(first: $first) { nodes { purchase { customer { ledger(first: $first) { nodes { id } } } } } } } } } } } }',
    ],
    [
      'aliases',
      `{ viewer { ${Array.from({ length: 50 }, (_, index) => `b${index}: balances { ledger(first: 100) { nodes { id amount } } }`).join(' ')} } }`,
    ],
    [
      'fragments',
      '{ viewer { ...A ...A } } fragment A on Customer { balances { customer { ...B ...B } } } fragment B on Customer { balances { customer { ...C ...C } } } fragment C on Customer { balances { grants { purchase { grants { id } } } } }',
    ],
    [
      'introspection',
      `{ __schema { types { ${'a: fields { type { fields { type { name } } } }'} } ${Array.from({ length: 40 }, (_, index) => `t${index}: types { fields { args { name description type { name kind } } } }`).join(' ')} } }`,
    ],
  ])('are refused for their cost: %s', (_name, query) => {
    expect(costOf({ schema, document: parse(query) })).toBeGreaterThan(LIMITS.documentMaxCost);
  });
});

const ROOT = path.resolve(import.meta.dirname, '../../..');
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
const filesIn = (folder: string, ending: string) =>
  readdirSync(path.join(ROOT, folder), { encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

/** The documents that the project itself sends, or shows as examples: name and text. */
function ownDocuments(): readonly (readonly [string, string])[] {
  const pages = ['README.md', ...filesIn('docs', '.md')].flatMap((page) =>
    [...read(page).matchAll(/```graphql\n([\s\S]*?)```/g)].map(
      ([, block = ''], index) => [`${page} ${index + 1}`, block] as const,
    ),
  );
  const tabs = filesIn('src/server/graphql/graphiql-tabs', '.graphql').map((tab) => [tab, read(tab)] as const);
  const folder = 'packages/client/src/documents';
  const shared = [[folder, filesIn(folder, '.graphql').map(read).join('\n')] as const];
  const named = Object.entries<string>(texts);
  const introspection = [
    ['introspection', getIntrospectionQuery()] as const,
    [
      'introspection in full',
      getIntrospectionQuery({
        inputValueDeprecation: true,
        schemaDescription: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
      }),
    ] as const,
  ];
  return [...pages, ...tabs, ...shared, ...named, ...introspection];
}

function operationsOf(document: DocumentNode) {
  return document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
}

/** Complete documents of users' own pages. */
const PAGE_OF_CUSTOMERS = `{ customers(first: 50) { nodes {
    id name email createdAt sequence
    balances { id feature { id name type } granted usage remaining held unlimited nextResetAt nextExpiryAt version
      grants { id feature { id } purchase { id status plan { key name } } granted remaining unlimited reset { unit count } nextResetAt expiresAt createdAt }
    }
    ledger { nodes { id sequence kind feature { id } amount requested remainingBefore remainingAfter allocations { amount grant { id } } idempotencyKey occurredAt recordedAt } }
    purchases { nodes { id status plan { key name price { amount { amount currency } } } total { amount currency } checkoutUrl createdAt settledAt } }
  } pageInfo { hasNextPage endCursor } } }`;
const BATCH = `mutation ($input: TrackBatchInput!) { trackBatch(input: $input) { __typename
  ... on TrackBatchSuccess { results { __typename
    ... on TrackSuccess { requested applied shortfall replayed entry { id sequence kind amount allocations { amount grant { id } } } balance { granted remaining held usage version feature { id } } balances { feature { id } remaining version } }
    ... on InsufficientBalanceError { required remaining offers { plan { id name } quantity price { amount currency } } }
    ... on InvalidInputError { issues { path message } } ... on Error { message } } }
  ... on InvalidInputError { issues { path message } } ... on Error { message } } }`;

describe('documents that people write', () => {
  it('are within the limit', () => {
    const documents = ownDocuments();
    expect(documents.length).toBeGreaterThan(40);
    for (const [name, text] of documents) {
      const document = parse(text);
      for (const { name: operation, operation: kind } of operationsOf(document)) {
        const most = kind === OperationTypeNode.SUBSCRIPTION ? LIMITS.subscriptionMaxCost : LIMITS.documentMaxCost;
        expect(costOf({ schema, document, operationName: operation?.value }), name).toBeLessThan(0.75 * most);
      }
    }
  });

  it('a page of 50 customers with all fields, pages of 100 with the usual fields, and a batch of 1,000', () => {
    const events = { input: { events: Array(1_000).fill({}) } };
    const asked: readonly (readonly [string, Record<string, unknown>?])[] = [
      [PAGE_OF_CUSTOMERS],
      [BATCH, events],
      [
        '{ customers(first: 100) { nodes { id name email balances { feature { id name } granted remaining held usage unlimited version } } } }',
      ],
      ['{ customers(first: 100) { nodes { id purchases(first: 100) { nodes { id status } } } } }'],
      [
        '{ viewer { ledger(first: 100) { nodes { id kind amount feature { id name } allocations { amount grant { id granted purchase { id plan { key name } } } } } } } }',
      ],
      [
        '{ viewer { balances { id remaining ledger(first: 100) { nodes { id kind amount recordedAt } } grants(includeUsedUp: true) { id granted remaining } } } }',
      ],
      [
        '{ plans { key name items { feature { id name creditCosts { cost } } price { amount { amount currency } tiers { upTo amount { amount currency } } } } } features { id name } }',
      ],
      [
        `{ viewer { ${Array.from({ length: 12 }, (_, index) => `f${index}: usage(featureId: "f${index}", from: "2026-01-01T00:00:00Z", to: "2026-12-31T00:00:00Z", bucket: DAY) { start usage }`).join(' ')} } }`,
      ],
    ];
    for (const [query, variables] of asked) {
      expect(cost(query, variables), query).toBeLessThan(LIMITS.documentMaxCost);
    }
  });
});
