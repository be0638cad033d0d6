import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, TestBrim } from '../support/brim.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { createCustomer, createFeature, createPlan, grant, MESSAGES, openShop, track } from '../support/shop.ts';
import { type Cutter, openCutter } from './cut-after.ts';

/**
 * Brim's way to the database breaks in the moment after a command was committed: what is known of
 * it is said, and nothing else.
 */
let database: FreshDatabase;
let cutter: Cutter;
let brim: TestBrim;
let customers = 0;

beforeAll(async () => {
  database = await freshDatabase();
  cutter = await openCutter(database.url);
  brim = await openShop({ databaseUrl: cutter.url });
  await createPlan(brim, { id: 'gift', addOn: true, items: [{ featureId: MESSAGES, included: '5' }] });
  await createPlan(brim, {
    id: 'monthly',
    group: 'm',
    items: [{ featureId: MESSAGES, included: '5', reset: { unit: 'MONTH' } }],
  });
});
afterEach(() => cutter.mend());
afterAll(async () => {
  await brim?.close();
  await cutter?.close();
  await database?.drop();
});

const COMMIT = /^COMMIT/;
/** Of a batch that has nothing to write. */
const CONFIRM = /^CONFIRM/;

/** Ten messages, and none of them used. */
async function newCustomer(): Promise<string> {
  customers += 1;
  const id = `customer-${customers}`;
  await createCustomer(brim, id);
  return id;
}

async function cutAfter(pattern: RegExp, document: string, variables: Record<string, unknown>): Promise<Answer> {
  const hasCut = cutter.arm(pattern);
  const answer = await brim.query(document, variables);
  expect(hasCut()).toBe(true);
  cutter.mend();
  return answer;
}

async function kindsOf(customerId: string): Promise<readonly string[]> {
  const { customer } = await brim.data('query ($id: ID!) { customer(id: $id) { ledger(first: 100) { nodes { kind } } } }', {
    id: customerId,
  });
  return customer.ledger.nodes.map(({ kind }: { kind: string }) => kind).toReversed();
}

const mutation = (verb: string, selection: string) => {
  const input = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  return `mutation ($input: ${input}!) { ${verb}(input: $input) { __typename ${selection} ... on Error { message } } }`;
};

const BALANCE = 'balance { id remaining version feature { id name type } customer { id } }';
const ENTRY =
  'entry { id kind amount remainingAfter feature { id name } purchase { id } hold { id } allocations { amount grant { id } } }';

/** What each verb can say of itself from its commit alone. */
const KNOWN: Record<string, { input: (customerId: string) => Promise<object>; selection: string; says: object; kind: string }> = {
  track: {
    input: async (customerId) => ({ customerId, featureId: MESSAGES, value: 3 }),
    selection: `... on TrackSuccess { requested applied shortfall replayed ${BALANCE} ${ENTRY} balances { remaining } entries { id } }`,
    says: { applied: '3', balance: { remaining: '7', feature: { name: 'Premium messages' } } },
    kind: 'USAGE',
  },
  grantBalance: {
    input: async (customerId) => ({ customerId, featureId: MESSAGES, amount: 5, reason: 'sorry' }),
    selection: `... on GrantBalanceSuccess { grant { id origin granted remaining feature { name } createdAt endedAt } ${BALANCE} }`,
    says: { grant: { origin: 'MANUAL', granted: '5', remaining: '5', endedAt: null }, balance: { remaining: '15' } },
    kind: 'GRANT',
  },
  voidGrant: {
    input: async (customerId) => ({ grantId: (await grant(brim, { customerId, amount: '5' })).grant.id }),
    selection: `... on VoidGrantSuccess { grant { id granted remaining endedAt } ${ENTRY} ${BALANCE} }`,
    says: { grant: { remaining: '0', endedAt: expect.any(String) }, entry: { kind: 'VOID' }, balance: { remaining: '10' } },
    kind: 'VOID',
  },
  adjustBalance: {
    input: async (customerId) => ({ customerId, featureId: MESSAGES, by: '-4' }),
    selection: `... on AdjustBalanceSuccess { ${ENTRY} ${BALANCE} }`,
    says: { entry: { amount: '-4' }, balance: { remaining: '6' } },
    kind: 'ADJUSTMENT',
  },
  reverseUsage: {
    input: async (customerId) => ({ entryId: (await track(brim, { customerId, value: 2 })).entry.id }),
    selection: `... on ReverseUsageSuccess { returned ${ENTRY} ${BALANCE} lost { grant { id } } }`,
    says: { returned: '2', balance: { remaining: '10' }, lost: [] },
    kind: 'REVERSAL',
  },
  placeHold: {
    input: async (customerId) => ({ customerId, featureId: MESSAGES, amount: 4 }),
    selection: `... on PlaceHoldSuccess { hold { id amount status expiresAt feature { name } customer { id } } ${BALANCE} replayed }`,
    says: { hold: { amount: '4', status: 'OPEN' }, balance: { remaining: '6' } },
    kind: 'HOLD',
  },
  settleHold: {
    input: async (customerId) => ({ holdId: await placed(customerId), amount: 1 }),
    selection: `... on SettleHoldSuccess { hold { id status settledAmount } applied ${ENTRY} ${BALANCE} }`,
    says: { hold: { status: 'SETTLED', settledAmount: '1' }, balance: { remaining: '9' } },
    kind: 'SETTLE',
  },
  releaseHold: {
    input: async (customerId) => ({ holdId: await placed(customerId) }),
    selection: `... on ReleaseHoldSuccess { hold { id status } ${BALANCE} }`,
    says: { hold: { status: 'RELEASED' }, balance: { remaining: '10' } },
    kind: 'RELEASE',
  },
  attachPlan: {
    input: async (customerId) => ({ customerId, planId: 'gift' }),
    selection: `... on AttachPlanSuccess { checkoutUrl balances { remaining version }
      purchase { id status plan { id name } customer { id } featureQuantities { quantity feature { name } } } }`,
    says: { purchase: { status: 'ACTIVE', plan: { id: 'gift' } }, balances: [{ remaining: '15' }], checkoutUrl: null },
    kind: 'GRANT',
  },
};

async function placed(customerId: string): Promise<string> {
  const { placeHold } = await brim.data(mutation('placeHold', '... on PlaceHoldSuccess { hold { id } }'), {
    input: { customerId, featureId: MESSAGES, amount: 3 },
  });
  return placeHold.hold.id;
}

describe.each(Object.entries(KNOWN))('%s', (verb, { input, selection, says, kind }) => {
  it('says all that its commit tells, without reading anything after it', async () => {
    const customerId = await newCustomer();
    const request = await input(customerId);
    const before = await kindsOf(customerId);
    const { data, errors } = await cutAfter(COMMIT, mutation(verb, selection), { input: request });
    expect(errors).toBeUndefined();
    expect(data[verb]).toMatchObject(says);
    expect(await kindsOf(customerId)).toEqual([...before, kind]);
  });
});

/** Selections beneath a payload that have to be read. */
const READ: Record<string, { selection: string; path: (string | number)[]; named?: 'entryId' | 'purchaseId' }> = {
  track: { selection: '... on TrackSuccess { balance { grants { id } } }', path: ['balance', 'grants'], named: 'entryId' },
  grantBalance: {
    selection: '... on GrantBalanceSuccess { balance { grants { id } } }',
    path: ['balance', 'grants'],
    named: 'entryId',
  },
  voidGrant: {
    selection: '... on VoidGrantSuccess { balance { grants { id } } }',
    path: ['balance', 'grants'],
    named: 'entryId',
  },
  adjustBalance: {
    selection: '... on AdjustBalanceSuccess { balance { grants { id } } }',
    path: ['balance', 'grants'],
    named: 'entryId',
  },
  reverseUsage: {
    selection: '... on ReverseUsageSuccess { balance { customer { sequence } } }',
    path: ['balance', 'customer', 'sequence'],
    named: 'entryId',
  },
  placeHold: {
    selection: '... on PlaceHoldSuccess { balance { grants { id } } }',
    path: ['balance', 'grants'],
    named: 'entryId',
  },
  settleHold: {
    selection: '... on SettleHoldSuccess { balance { grants { id } } }',
    path: ['balance', 'grants'],
    named: 'entryId',
  },
  releaseHold: {
    selection: '... on ReleaseHoldSuccess { balance { grants { id } } }',
    path: ['balance', 'grants'],
    named: 'entryId',
  },
  attachPlan: {
    selection: '... on AttachPlanSuccess { purchase { grants { id } } }',
    path: ['purchase', 'grants'],
    named: 'purchaseId',
  },
};

describe.each(Object.entries(READ))('%s, of which more is asked than its commit tells,', (verb, { selection, path, named }) => {
  it('says that it stands, and what it is known by', async () => {
    const customerId = await newCustomer();
    const request = await KNOWN[verb]?.input(customerId);
    const before = await kindsOf(customerId);
    const { data, errors } = await cutAfter(COMMIT, mutation(verb, selection), { input: request });
    expect(data).toEqual({ [verb]: null });
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/^This was done, and it stands\./),
        path: [verb, ...path],
        extensions: { code: 'ANSWER_INCOMPLETE', reason: 'UNAVAILABLE', ...(named ? { [named]: expect.any(String) } : {}) },
      }),
    ]);
    expect(await kindsOf(customerId)).toEqual([...before, KNOWN[verb]?.kind]);
    if (named === 'entryId') {
      const sequence = (await kindsOf(customerId)).length;
      expect(errors?.[0]?.extensions).toMatchObject({ entryId: `${customerId}:${sequence}` });
    }
  });
});

describe('what is not of the ledger', () => {
  const cases: readonly [string, RegExp, string, (customerId: string) => Promise<object>, object][] = [
    [
      'updateCustomer',
      /^UPDATE .*"?customer"?/s,
      '... on UpdateCustomerSuccess { customer { id name } }',
      async (id) => ({ id, name: 'New' }),
      { customer: { name: 'New' } },
    ],
    [
      'createCustomer',
      COMMIT,
      '... on CreateCustomerSuccess { created customer { id name } }',
      async (id) => ({ id: `${id}-new`, name: 'Jo' }),
      { created: true, customer: { name: 'Jo' } },
    ],
    [
      'createCustomer',
      /UPDATE customer/,
      '... on CreateCustomerSuccess { created customer { id email } }',
      async (id) => ({ id, email: 'jo@example.com' }),
      { created: false, customer: { email: 'jo@example.com' } },
    ],
    [
      'archiveFeature',
      /^UPDATE .*"?feature"?/s,
      '... on ArchiveFeatureSuccess { feature { id archivedAt } }',
      async (id) => {
        await createFeature(brim, `feature-of-${id}`);
        return { id: `feature-of-${id}` };
      },
      { feature: { archivedAt: expect.any(String) } },
    ],
    [
      'archivePlan',
      /^UPDATE .*"?plan"?/s,
      '... on ArchivePlanSuccess { plan { id version archivedAt } }',
      async (id) => {
        await createPlan(brim, { id: `plan-of-${id}`, addOn: true, items: [{ featureId: MESSAGES, included: '1' }] });
        return { id: `plan-of-${id}` };
      },
      { plan: { version: 1, archivedAt: expect.any(String) } },
    ],
  ];

  it.each(cases)('%s, cut after %s, answers what it wrote', async (verb, pattern, selection, input, says) => {
    const request = await input(await newCustomer());
    const { data, errors } = await cutAfter(pattern, mutation(verb, selection), { input: request });
    expect(errors).toBeUndefined();
    expect(data[verb]).toMatchObject(says);
  });

  it('cancelPurchase says that it stands', async () => {
    const customerId = await newCustomer();
    const { attachPlan } = await brim.data(mutation('attachPlan', '... on AttachPlanSuccess { purchase { id } }'), {
      input: { customerId, planId: 'monthly' },
    });
    const purchaseId = attachPlan.purchase.id;
    const { data, errors } = await cutAfter(
      COMMIT,
      mutation('cancelPurchase', '... on CancelPurchaseSuccess { purchase { id } }'),
      {
        input: { purchaseId, when: 'NOW' },
      },
    );
    expect(data).toEqual({ cancelPurchase: null });
    expect(errors).toMatchObject([{ path: ['cancelPurchase'], extensions: { code: 'ANSWER_INCOMPLETE', purchaseId } }]);
    expect(await kindsOf(customerId)).toContain('VOID');
  });
});

describe('a repeated key', () => {
  const again = (customerId: string) => ({ customerId, featureId: MESSAGES, idempotencyKey: 'again' });

  it('of track is answered from its entries where balances cannot be read', async () => {
    const customerId = await newCustomer();
    const document = mutation('track', `... on TrackSuccess { replayed applied ${BALANCE} entry { id } }`);
    const first = await brim.data(document, { input: again(customerId) });
    const { data, errors } = await cutAfter(CONFIRM, document, { input: again(customerId) });
    expect(errors).toBeUndefined();
    expect(data.track).toMatchObject({
      replayed: true,
      applied: '1',
      entry: first.track.entry,
      balance: { remaining: '9', version: 2 },
    });
  });

  it.each(['grantBalance', 'placeHold'])('of %s says that it stands where it cannot be read', async (verb) => {
    const customerId = await newCustomer();
    const input = { ...again(customerId), amount: 2 };
    await brim.data(mutation(verb, ''), { input });
    const { errors } = await cutAfter(CONFIRM, mutation(verb, ''), { input });
    expect(errors).toMatchObject([{ path: [verb], extensions: { code: 'ANSWER_INCOMPLETE', entryId: `${customerId}:2` } }]);
    expect(await kindsOf(customerId)).toHaveLength(2);
  });
});

describe('a batch', () => {
  const document = mutation(
    'trackBatch',
    '... on TrackBatchSuccess { results { ... on TrackSuccess { balance { grants { id } } } } }',
  );

  it('of which an answer cannot be read names the entry of that item', async () => {
    const customerId = await newCustomer();
    const events = [
      { customerId, featureId: MESSAGES },
      { customerId, featureId: 'unknown' },
      { customerId, featureId: MESSAGES },
    ];
    const { errors = [] } = await cutAfter(COMMIT, document, { input: { events } });
    const entryIds = [`${customerId}:2`, undefined, `${customerId}:3`];
    expect(errors.length).toBeGreaterThan(0);
    for (const { path, extensions } of errors) {
      expect(extensions).toMatchObject({ code: 'ANSWER_INCOMPLETE', entryId: entryIds[Number(path?.[2])] });
    }
    expect(await kindsOf(customerId)).toEqual(['GRANT', 'USAGE', 'USAGE']);
  });
});

describe('a refusal', () => {
  it('of which a part cannot be read is still one: nothing stands', async () => {
    const customerId = await newCustomer();
    const document = mutation('track', '... on InsufficientBalanceError { balance { grants { id } } }');
    const input = { customerId, featureId: MESSAGES, value: 99, onShortfall: 'REJECT' };
    const { errors } = await cutAfter(CONFIRM, document, { input });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryable: true } }]);
    expect(errors?.[0]?.message).not.toMatch(/done|stands/);
    expect(await kindsOf(customerId)).toEqual(['GRANT']);
  });
});

describe('over a socket', () => {
  it('it is said in the same words', async () => {
    const customerId = await newCustomer();
    cutter.arm(COMMIT);
    const answers = brim.socket().iterate({
      query: mutation('track', '... on TrackSuccess { balance { grants { id } } }'),
      variables: { input: { customerId, featureId: MESSAGES } },
    });
    const { value } = await answers.next();
    expect(value.errors).toMatchObject([{ extensions: { code: 'ANSWER_INCOMPLETE', entryId: `${customerId}:2` } }]);
  });
});
