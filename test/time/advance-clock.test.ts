import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import {
  answerPage,
  attach,
  createCustomer,
  createCustomerToken,
  fillShop,
  openShop,
  track,
  untilStatus,
  wanting,
} from '../support/shop.ts';

const START = new Date('2026-01-31T12:00:00.000Z');
const STANDING = { clock: { now: () => START }, config: { testClocks: true } };
const DAY_MS = 86_400_000;

const ADVANCE = `mutation ($input: AdvanceClockInput!) { advanceClock(input: $input) {
  __typename ... on AdvanceClockSuccess { now } ... on InvalidInputError { message issues { path message } }
} }`;
const CREATE =
  'mutation ($id: ID!) { createCustomer(input: { id: $id }) { ... on CreateCustomerSuccess { customer { createdAt } } } }';

async function advanceClock({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>) {
  return (await data(ADVANCE, { input })).advanceClock;
}

let customers = 0;
const newId = () => `customer-${++customers}`;

/** What a Brim takes for the present. */
async function timeIn({ data }: Pick<TestBrim, 'data'>): Promise<string> {
  return (await data(CREATE, { id: newId() })).createCustomer.customer.createdAt;
}

const refusedAt = (path: readonly string[], message: unknown) => ({
  __typename: 'InvalidInputError',
  message: expect.any(String),
  issues: [{ path, message }],
});

describe('advanceClock', () => {
  let brim: TestBrim;
  let other: TestBrim;

  beforeAll(async () => {
    brim = await openBrim(STANDING);
    other = await openBrim({ ...STANDING, databaseUrl: brim.databaseUrl });
  });
  afterAll(async () => {
    await other.close();
    await brim.close();
  });

  it('moves the time by a length of time, and then to an instant, for every process at once', async () => {
    expect(await timeIn(brim)).toBe(START.toISOString());
    const first = { __typename: 'AdvanceClockSuccess', now: '2026-02-28T12:00:00.000Z' };
    expect(await advanceClock(brim, { by: { unit: 'MONTH' } })).toEqual(first);
    expect(await timeIn(other)).toBe(first.now);
    const second = { __typename: 'AdvanceClockSuccess', now: '2026-03-01T00:00:00.123Z' };
    expect(await advanceClock(other, { to: '2026-03-01T00:00:00.123Z' })).toEqual(second);
    expect(await timeIn(brim)).toBe(second.now);
  });

  it('is seen by requests over a socket that was open before', async () => {
    const socket = other.socket();
    await take(subscribe(socket, '{ features { id } }'), 1);
    const { now } = await advanceClock(brim, { by: { unit: 'HOUR', count: 5 } });
    const [created] = await take(subscribe(socket, CREATE, { id: newId() }), 1);
    expect(created.createCustomer.customer.createdAt).toBe(now);
  });

  it('is seen by a payment, in each of the processes', async () => {
    await fillShop(brim);
    await createCustomer(brim, 'ada');
    const bought = await attach(brim, { customerId: 'ada', planId: 'top_up', featureQuantities: wanting('100') });
    const { now } = await advanceClock(other, { by: { unit: 'HOUR' } });
    await answerPage(bought.checkoutUrl);
    expect(await untilStatus(brim, bought.purchase.id, 'ACTIVE')).toMatchObject({ settledAt: now });
  });

  it('takes turns, in one process and between two: nothing is counted twice, or not at all', async () => {
    const before = new Date(await timeIn(brim)).getTime();
    const doors = Array.from({ length: 24 }, (_, index) => (index % 2 === 0 ? brim : other));
    const answers = await Promise.all(doors.map((door) => advanceClock(door, { by: { unit: 'DAY' } })));
    const reached = answers.map(({ now }) => (new Date(now).getTime() - before) / DAY_MS).sort((a, b) => a - b);
    expect(reached).toEqual(doors.map((_, index) => index + 1));
  });

  it('refuses an instant that is not ahead, and says what time it is', async () => {
    const now = await timeIn(brim);
    const refusal = refusedAt(['to'], `must be after now, which is ${now}`);
    expect(await advanceClock(brim, { to: now })).toEqual(refusal);
    expect(await advanceClock(brim, { to: START.toISOString() })).toEqual(refusal);
    expect(await timeIn(brim)).toBe(now);
  });

  it('refuses more than ten years at once', async () => {
    const message = expect.stringMatching(/^must be at most 10 years ahead, which is 20\d\d-/);
    expect(await advanceClock(brim, { by: { unit: 'YEAR', count: 11 } })).toEqual(refusedAt(['by'], message));
    expect(await advanceClock(brim, { to: '2999-01-01T00:00:00Z' })).toEqual(refusedAt(['to'], message));
  });

  it('refuses invalid lengths of time', async () => {
    const refusal = refusedAt(['by', 'count'], 'must be 1 to 1000');
    expect(await advanceClock(brim, { by: { unit: 'DAY', count: 0 } })).toEqual(refusal);
    expect(await advanceClock(brim, { by: { unit: 'DAY', count: 1001 } })).toEqual(refusal);
  });

  it.each([
    ['both ways', '{ by: { unit: DAY }, to: "2100-01-01T00:00:00Z" }'],
    ['neither', '{}'],
    ['nothing', '{ by: null, to: null }'],
  ])('refuses %s, as a literal and as a variable, and no time passes', async (_what, literal) => {
    const before = await timeIn(brim);
    const refusal = refusedAt([], 'must have "by" or "to": one of the two');
    const document = `mutation { advanceClock(input: ${literal}) {
      __typename ... on InvalidInputError { message issues { path message } }
    } }`;
    expect((await brim.data(document)).advanceClock).toEqual(refusal);
    const input = JSON.parse(literal.replaceAll(/(\w+):(?= )/g, '"$1":').replace('DAY', '"DAY"'));
    expect(await advanceClock(brim, input)).toEqual(refusal);
    expect(await timeIn(brim)).toBe(before);
  });
});

describe('a customer token', () => {
  it('keeps real time: it survives an advance, its stream continues, and a token made later lasts no longer', async () => {
    const brim = await openShop(STANDING);
    await createCustomer(brim, 'ada');
    const before = await createCustomerToken(brim, 'ada');
    const page = subscribe(brim.socket(before), 'subscription { balanceChanged { sequence } }');
    expect(await take(page, 1)).toEqual([{ balanceChanged: { sequence: 1 } }]);

    await advanceClock(brim, { by: { unit: 'DAY', count: 400 } });
    const { createCustomerToken: after } = await brim.data(
      'mutation { createCustomerToken(input: { customerId: "ada" }) { ... on CreateCustomerTokenSuccess { token expiresAt } } }',
    );
    expect(after.expiresAt).toBe('2026-01-31T12:15:00.000Z');
    for (const token of [before, after.token]) {
      expect(await brim.data('{ viewer { id } }', {}, token)).toEqual({ viewer: { id: 'ada' } });
    }
    await track(brim, { customerId: 'ada' });
    expect(await take(page, 1)).toEqual([{ balanceChanged: { sequence: 2 } }]);
    await brim.close();
  });
});

describe('a moved clock', () => {
  it('stays moved when Brim starts again', async () => {
    const brim = await openBrim(STANDING);
    const { now } = await advanceClock(brim, { by: { unit: 'WEEK' } });
    await brim.app.close();
    const again = await openBrim({ ...STANDING, databaseUrl: brim.databaseUrl });
    expect(await timeIn(again)).toBe(now);
    await again.close();
    await brim.close();
  });

  it('goes on ticking with real time beneath it, and never goes back', async () => {
    const brim = await openBrim({ config: { testClocks: true } });
    const seen: string[] = [];
    const target = new Date(Date.now() + 10 * DAY_MS).toISOString();
    for (const input of [{ by: { unit: 'DAY' } }, { to: target }, { by: { unit: 'MINUTE' } }]) {
      seen.push((await advanceClock(brim, input)).now, await timeIn(brim));
    }
    expect(seen).toEqual([...seen].sort());
    expect(seen[2] && seen[2] >= target).toBe(true);
    await brim.close();
  });
});

describe('without test clocks', () => {
  it('time cannot be moved, and the answer says how it could', async () => {
    const brim = await openBrim();
    const refusal = refusedAt([], expect.stringContaining('BRIM_TEST_CLOCKS=true'));
    expect(await advanceClock(brim, { by: { unit: 'DAY' } })).toEqual(refusal);
    expect(await advanceClock(brim, { to: '2100-01-01T00:00:00Z' })).toEqual(refusal);
    const createdAt = new Date(await timeIn(brim)).getTime();
    expect(Math.abs(createdAt - Date.now())).toBeLessThan(60_000);
    await brim.close();
  });
});
