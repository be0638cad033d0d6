import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import {
  attach,
  balanceOf,
  check,
  createCustomer,
  createFeature,
  createPlan,
  ledgerOf,
  placeHold,
  track,
} from '../support/shop.ts';
import { openSql } from '../support/witness.ts';

const WORDS = 'words';
const DAY_MS = 86_400_000;
const SNAPSHOT = 'subscription ($id: ID!) { balanceChanged(customerId: $id) { cause balance { remaining } entry { kind } } }';
const RESUMED = SNAPSHOT.replace('customerId: $id', 'customerId: $id, after: 2');

/**
 * A clock that only the test moves. It stands still meanwhile, so the first question after a move
 * may come before the scheduler.
 */
function handClock() {
  let time = new Date('2026-01-31T12:00:00.000Z');
  return {
    now: () => time,
    moveADay() {
      time = new Date(time.getTime() + DAY_MS);
      return time.toISOString();
    },
  };
}

describe('what is overdue', () => {
  const clock = handClock();
  let brim: TestBrim;
  let other: TestBrim;
  let customers = 0;

  beforeAll(async () => {
    brim = await openBrim({ clock });
    other = await openBrim({ clock, databaseUrl: brim.databaseUrl });
    await createFeature(brim, WORDS);
    const daily = { featureId: WORDS, included: '100', reset: { unit: 'DAY' } };
    await createPlan(brim, { id: 'daily', autoEnable: true, items: [daily] });
  });
  afterAll(async () => {
    await other.close();
    await brim.close();
  });

  /** A customer with 70 of 100 left, full again the next day. */
  async function openBalance(): Promise<string> {
    customers += 1;
    const id = `customer-${customers}`;
    await createCustomer(brim, id);
    expect(await track(brim, { customerId: id, featureId: WORDS, value: '30', idempotencyKey: 'first' })).toMatchObject({
      balance: { remaining: '70' },
    });
    return id;
  }

  const ofCustomer = (fields: string) => async (id: string) =>
    (await brim.data(`query ($id: ID!) { customer(id: $id) { ${fields} } }`, { id })).customer;
  const ofBalance = (fields: string) => async (id: string) =>
    (await ofCustomer(`balance(featureId: "${WORDS}") { ${fields} }`)(id)).balance;
  const use = (more: Record<string, unknown>) => (customerId: string) => track(brim, { customerId, featureId: WORDS, ...more });

  it.each<[string, (id: string) => Promise<unknown>, unknown]>([
    ['a balance', ofBalance('remaining usage version'), { remaining: '100', usage: '0', version: 3 }],
    ['the balances', ofCustomer('balances { remaining }'), { balances: [{ remaining: '100' }] }],
    ['the sequence', ofCustomer('sequence'), { sequence: 3 }],
    ['the ledger', ofCustomer('ledger(first: 1) { nodes { kind } }'), { ledger: { nodes: [{ kind: 'RESET' }] } }],
    ['the ledger of a balance', ofBalance('ledger(first: 1) { nodes { amount } }'), { ledger: { nodes: [{ amount: '30' }] } }],
    ['the grants', ofBalance('grants { remaining }'), { grants: [{ remaining: '100' }] }],
    [
      "a purchase's grants",
      ofCustomer('purchases { nodes { grants { remaining } } }'),
      { purchases: { nodes: [{ grants: [{ remaining: '100' }] }] } },
    ],
    [
      'a check',
      (customerId) => check(brim, { customerId, featureId: WORDS, required: '100' }),
      { allowed: true, balance: { remaining: '100' } },
    ],
    [
      'a new subscription',
      async (id) => (await take(subscribe(brim.socket(), SNAPSHOT, { id }), 1))[0].balanceChanged,
      { cause: 'SNAPSHOT', balance: { remaining: '100' } },
    ],
    [
      'a subscription that goes on from where it was',
      async (id) => (await take(subscribe(brim.socket(), RESUMED, { id }), 1))[0].balanceChanged,
      { cause: 'LEDGER', balance: { remaining: '100' }, entry: { kind: 'RESET' } },
    ],
    ['a track', use({ value: '90', onShortfall: 'REJECT' }), { applied: '90', balance: { remaining: '10', version: 4 } }],
    [
      'a track that is refused',
      use({ value: '101', onShortfall: 'REJECT' }),
      { __typename: 'InsufficientBalanceError', remaining: '100' },
    ],
    [
      'a replayed track',
      use({ value: '30', idempotencyKey: 'first' }),
      { replayed: true, applied: '30', balance: { remaining: '100', version: 3 } },
    ],
  ])('is done before the first answer, which may be that of %s', async (_, ask, expected) => {
    const id = await openBalance();
    clock.moveADay();
    expect(await ask(id)).toMatchObject(expected as object);
    expect((await ledgerOf(brim, id)).map(({ kind }: { kind: string }) => kind)).toContain('RESET');
  });

  it('makes a hold EXPIRED before the first list that shows it', async () => {
    const customerId = await openBalance();
    const { hold } = await placeHold(brim, { customerId, featureId: WORDS, amount: '5', expiresInSeconds: 60 });
    const statuses = async () => (await ofCustomer('holds { nodes { id status } }')(customerId)).holds.nodes;
    expect(await statuses()).toEqual([{ id: hold.id, status: 'OPEN' }]);
    clock.moveADay();
    expect(await statuses()).toEqual([{ id: hold.id, status: 'EXPIRED' }]);
  });

  it('Z2: five tracks of 10 at once just after the boundary reset once and leave 50', async () => {
    const id = await openBalance();
    clock.moveADay();
    const tracked = await Promise.all(Array.from({ length: 5 }, () => use({ value: '10', onShortfall: 'REJECT' })(id)));
    expect(tracked.map(({ balance }) => balance.remaining).sort()).toEqual(['50', '60', '70', '80', '90']);
    expect((await ledgerOf(brim, id)).map(({ kind }: { kind: string }) => kind)).toEqual([
      'GRANT',
      'USAGE',
      'RESET',
      ...Array(5).fill('USAGE'),
    ]);
    expect(await balanceOf(brim, id, WORDS)).toMatchObject({ remaining: '50', usage: '50', version: 8 });
  });

  it('Z1: is pushed at its boundary though nobody asks anything', async () => {
    const id = await openBalance();
    const stream = subscribe(brim.socket(), SNAPSHOT, { id });
    await take(stream, 1);
    clock.moveADay();
    // The scheduler sleeps 5 s at most; the clock that it asks then has moved.
    expect(await take(stream, 1)).toMatchObject([
      { balanceChanged: { cause: 'LEDGER', balance: { remaining: '100' }, entry: { kind: 'RESET' } } },
    ]);
  });

  it('of several periods that were missed is one reset, dated at the last boundary', async () => {
    const id = await openBalance();
    const boundary = [1, 2, 3].map(clock.moveADay).at(-1);
    expect(await ofBalance('remaining version nextResetAt')(id)).toEqual({
      remaining: '100',
      version: 3,
      nextResetAt: new Date(new Date(boundary ?? '').getTime() + DAY_MS).toISOString(),
    });
    expect((await ledgerOf(brim, id)).slice(2)).toMatchObject([{ kind: 'RESET', amount: '30', occurredAt: boundary }]);
  });

  it('is done once, however many processes hurry to do it', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, openBalance));
    const boundary = clock.moveADay();
    const asked = ids.flatMap((id) => [brim, other, other, brim].map((door) => balanceOf(door, id, WORDS)));
    for (const balance of await Promise.all(asked)) expect(balance).toMatchObject({ remaining: '100', version: 3 });
    for (const id of ids) {
      expect((await ledgerOf(other, id)).slice(2)).toMatchObject([
        { sequence: 3, kind: 'RESET', amount: '30', remainingBefore: '70', remainingAfter: '100', occurredAt: boundary },
      ]);
    }
  });

  it('comes before what is attached, and before a grant', async () => {
    const id = await openBalance();
    await createPlan(brim, { id: 'more', addOn: true, items: [{ featureId: WORDS, included: '5' }] });
    clock.moveADay();
    const { balances } = await attach(brim, { customerId: id, planId: 'more' });
    expect(balances).toEqual([{ remaining: '105' }]);
    expect((await ledgerOf(brim, id)).slice(2)).toMatchObject([{ kind: 'RESET' }, { kind: 'GRANT', remainingBefore: '100' }]);
  });
});

describe('an overdue account that somebody holds', () => {
  it('keeps nobody else waiting: another customer is answered in the same turn', async () => {
    const clock = handClock();
    const brim = await openBrim({ clock });
    const holder = await openSql(brim.databaseUrl);
    try {
      await createFeature(brim, WORDS);
      const daily = { featureId: WORDS, included: '100', reset: { unit: 'DAY' } };
      await createPlan(brim, { id: 'daily', items: [daily] });
      for (const id of ['held', 'free']) await createCustomer(brim, id);
      await attach(brim, { customerId: 'held', planId: 'daily' });
      await holder.rows('BEGIN');
      await holder.rows("SELECT 1 FROM account WHERE customer_id = 'held' FOR UPDATE");
      clock.moveADay();
      const order: string[] = [];
      const note = (name: string) => () => void order.push(name);
      const held = balanceOf(brim, 'held', WORDS).then(note('held'));
      const free = balanceOf(brim, 'free', WORDS).then(note('free'));
      await free;
      await holder.rows('ROLLBACK');
      await held;
      expect(order).toEqual(['free', 'held']);
    } finally {
      await holder.close();
      await brim.close();
    }
  });
});
