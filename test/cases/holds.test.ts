import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, subscribe, type TestBrim, take } from '../support/brim.ts';
import {
  balanceOf,
  createCustomer,
  createCustomerToken,
  createFeature,
  createPlan,
  creditSystem,
  findHold,
  grant,
  ledgerLines,
  placeHold,
  prepaid,
  releaseHold,
  settleHold,
  useInFull,
} from '../support/shop.ts';

const TOKENS = 'tokens';
const CREDITS = 'credits';

let brim: TestBrim;
let customers = 0;

beforeAll(async () => {
  brim = await openBrim();
  await createFeature(brim, TOKENS);
  await createFeature(brim, creditSystem(CREDITS, { [TOKENS]: '0.2' }));
  await createPlan(brim, { id: 'packs', addOn: true, items: [{ featureId: TOKENS, price: prepaid('10') }] });
});
afterAll(() => brim.close());

/** A customer with so much of its own, and so many credits. */
async function openBalance(own: string | null, credits: string | null = null): Promise<string> {
  customers += 1;
  const customerId = `customer-${customers}`;
  await createCustomer(brim, customerId);
  if (own !== null) await grant(brim, { customerId, featureId: TOKENS, amount: own });
  if (credits !== null) await grant(brim, { customerId, featureId: CREDITS, amount: credits });
  return customerId;
}

const place = (customerId: string, amount: string, more: Record<string, unknown> = {}) =>
  placeHold(brim, { customerId, featureId: TOKENS, amount, ...more });

describe('a hold', () => {
  it('K1: of 8 of 15, settled with 11, leaves 4', async () => {
    const customerId = await openBalance('15');
    const { hold, balance, balances, replayed } = await place(customerId, '8');
    expect(hold).toMatchObject({ status: 'OPEN', amount: '8', settledAmount: null, endedAt: null, customer: { id: customerId } });
    expect(Date.parse(hold.expiresAt) - Date.parse(hold.createdAt)).toBeGreaterThan(299_000);
    expect(balance).toMatchObject({ remaining: '7', held: '8', granted: '15', usage: '0' });
    expect({ balances, replayed }).toEqual({ balances: [balance], replayed: false });
    expect(await findHold(brim, hold.id)).toEqual(hold);
    const settled = await settleHold(brim, hold.id, '11', { properties: { model: 'large' } });
    expect(settled).toMatchObject({
      hold: { id: hold.id, status: 'SETTLED', settledAmount: '11' },
      entry: { kind: 'SETTLE', amount: '-3', held: '-8', requested: '11', applied: '11', properties: { model: 'large' } },
      balance: { remaining: '4', held: '0', usage: '11' },
      applied: '11',
      shortfall: '0',
    });
    expect(await findHold(brim, hold.id)).toEqual(settled.hold);
  });

  it('K1: of 8 of 15, settled with 5, leaves 10', async () => {
    const { hold } = await place(await openBalance('15'), '8');
    expect(await settleHold(brim, hold.id, '5')).toMatchObject({
      applied: '5',
      balance: { remaining: '10', held: '0', usage: '5' },
    });
  });

  it('K1: of 8 of 15, released, leaves 15', async () => {
    const { hold } = await place(await openBalance('15'), '8');
    const released = await releaseHold(brim, hold.id);
    expect(released).toMatchObject({
      hold: { status: 'RELEASED', settledAmount: null },
      entries: [{ kind: 'RELEASE', amount: '8', held: '-8', hold: { id: hold.id, status: 'RELEASED' } }],
      balance: { remaining: '15', held: '0', usage: '0' },
    });
    expect(await findHold(brim, hold.id)).toEqual(released.hold);
  });

  it('K2: of 8, where 5 of 15 were used before, leaves 10 when it is released', async () => {
    const customerId = await openBalance('15');
    await useInFull(brim, { customerId, featureId: TOKENS, value: '5' });
    const { hold, balance } = await place(customerId, '8');
    expect(balance).toMatchObject({ remaining: '2', held: '8', usage: '5' });
    expect(await releaseHold(brim, hold.id)).toMatchObject({ balance: { remaining: '10', held: '0', usage: '5' } });
  });

  it('that is settled with nothing gives all of it back', async () => {
    const { hold } = await place(await openBalance('15'), '8');
    expect(await settleHold(brim, hold.id, '0')).toMatchObject({
      hold: { status: 'SETTLED', settledAmount: '0' },
      balance: { remaining: '15', held: '0', usage: '0' },
      shortfall: '0',
    });
  });

  it('that is settled with more than there is takes what there is, and says what is missing', async () => {
    const { hold } = await place(await openBalance('15'), '8');
    expect(await settleHold(brim, hold.id, '40')).toMatchObject({
      hold: { settledAmount: '15' },
      entry: { requested: '40', applied: '15' },
      balance: { remaining: '0', usage: '15' },
      applied: '15',
      shortfall: '25',
    });
  });

  it('is not there for anything else, and another hold can be placed beside it', async () => {
    const customerId = await openBalance('15');
    const [first, second] = [await place(customerId, '8'), await place(customerId, '6')];
    expect(await useInFull(brim, { customerId, featureId: TOKENS, value: '5' })).toMatchObject({ applied: '1', shortfall: '4' });
    expect(await settleHold(brim, second.hold.id, '6')).toMatchObject({ balance: { remaining: '0', held: '8' } });
    expect(await settleHold(brim, first.hold.id, '2')).toMatchObject({ balance: { remaining: '6', held: '0', usage: '9' } });
  });

  it('of an unlimited balance counts what is used in the end', async () => {
    const customerId = await openBalance(null);
    await createPlan(brim, { id: 'endless', items: [{ featureId: TOKENS, unlimited: true }] });
    await brim.data(`mutation { attachPlan(input: { customerId: "${customerId}", planId: "endless" }) { __typename } }`);
    const { hold, balance } = await place(customerId, '8');
    expect(balance).toMatchObject({ remaining: '0', held: '0', usage: '0' });
    expect(await settleHold(brim, hold.id, '11')).toMatchObject({ applied: '11', balance: { remaining: '0', usage: '11' } });
  });

  it('of more than there is is refused with the balance and what would cover it, and nothing is held', async () => {
    const customerId = await openBalance('15');
    expect(await place(customerId, '16', { idempotencyKey: 'k' })).toMatchObject({
      __typename: 'InsufficientBalanceError',
      required: '16',
      remaining: '15',
      balance: { remaining: '15', held: '0' },
      offers: [{ plan: { id: 'packs' }, quantity: '100', price: { amount: '10', currency: 'usd' } }],
    });
    expect(await ledgerLines(brim, customerId)).toEqual(['GRANT 15 tokens']);
    await grant(brim, { customerId, featureId: TOKENS, amount: '1' });
    expect(await place(customerId, '16', { idempotencyKey: 'k' })).toMatchObject({
      replayed: false,
      balance: { remaining: '0' },
    });
  });

  it('with the same key and input is placed once; with another input it is a conflict', async () => {
    const customerId = await openBalance('15');
    const request = { idempotencyKey: 'k', expiresInSeconds: 60 };
    const [first, again] = await Promise.all([place(customerId, '8', request), place(customerId, '8', request)]);
    expect([first.replayed, again.replayed].sort()).toEqual([false, true]);
    expect(again.hold).toEqual(first.hold);
    await settleHold(brim, first.hold.id, '5');
    expect(await place(customerId, '8', request)).toMatchObject({
      hold: { id: first.hold.id, status: 'SETTLED', settledAmount: '5' },
      balance: { remaining: '10', held: '0' },
      replayed: true,
    });
    for (const other of [
      { ...request, expiresInSeconds: 61 },
      { ...request, amount: '9' },
    ])
      expect(await place(customerId, '8', other)).toMatchObject({ __typename: 'IdempotencyConflictError', idempotencyKey: 'k' });
    const used = await useInFull(brim, { customerId, featureId: TOKENS, value: '8', idempotencyKey: 'k' });
    expect(used).toMatchObject({ __typename: 'IdempotencyConflictError' });
    expect(await ledgerLines(brim, customerId)).toEqual(['GRANT 15 tokens', 'HOLD -8 tokens', 'SETTLE 3 tokens']);
  });

  it('is pushed when it is placed and when it ends, with what is held', async () => {
    const customerId = await openBalance('15');
    const page = subscribe(
      brim.socket(await createCustomerToken(brim, customerId)),
      'subscription { balanceChanged { balance { remaining held } entry { kind amount held properties hold { id status } } } }',
    );
    await take(page, 1);
    const { hold } = await place(customerId, '8');
    expect(await take(page, 1)).toMatchObject([
      {
        balanceChanged: {
          balance: { remaining: '7', held: '8' },
          entry: { kind: 'HOLD', hold: { id: hold.id, status: 'OPEN' } },
        },
      },
    ]);
    await settleHold(brim, hold.id, '5', { properties: { model: 'large' } });
    const entry = { kind: 'SETTLE', amount: '3', held: '-8', properties: null, hold: { id: hold.id, status: 'SETTLED' } };
    expect(await take(page, 1)).toEqual([{ balanceChanged: { balance: { remaining: '10', held: '0' }, entry } }]);
  });
});

describe('a hold that has ended', () => {
  it('is not settled or released again, and the refusal says how it ended', async () => {
    const customerId = await openBalance('15');
    const { hold } = await place(customerId, '8');
    await settleHold(brim, hold.id, '5');
    const refusal = {
      __typename: 'HoldNotOpenError',
      message: expect.stringContaining('settled already'),
      hold: { id: hold.id, status: 'SETTLED', settledAmount: '5' },
    };
    expect(await settleHold(brim, hold.id, '5')).toMatchObject(refusal);
    expect(await releaseHold(brim, hold.id)).toMatchObject(refusal);
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ remaining: '10', held: '0', version: 3 });
  });

  it('was ended by exactly one of those who tried at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const customerId = await openBalance('15');
      const { hold } = await place(customerId, '8');
      const answers = await Promise.all([
        settleHold(brim, hold.id, '5'),
        releaseHold(brim, hold.id),
        settleHold(brim, hold.id, '6'),
        releaseHold(brim, hold.id),
      ]);
      const [won, ...others] = answers.filter(({ __typename }) => __typename !== 'HoldNotOpenError');
      expect(others).toEqual([]);
      for (const answer of answers) expect(answer.hold).toEqual(won.hold);
      const left = { RELEASED: '15', '5': '10', '6': '9' }[String(won.hold.settledAmount ?? won.hold.status)];
      expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ remaining: left, held: '0', version: 3 });
    }
  });
});

describe('holds in numbers', () => {
  it('K9: five hundred that are placed and settled at once leave exact totals', async () => {
    const customerId = await openBalance('1666');
    const uses = Array.from({ length: 500 }, (_, index) => ['1', '0.25', '3'][index % 3] ?? '0');
    const settled = await Promise.all(
      uses.map(async (amount) => settleHold(brim, (await place(customerId, '2')).hold.id, amount)),
    );
    expect(settled.map(({ applied }) => applied)).toEqual(uses);
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({
      remaining: '959.25',
      usage: '706.75',
      held: '0',
      granted: '1666',
      version: 1_001,
    });
  });
});

describe('a hold for which credits pay', () => {
  it('takes the own balance first, and settles each part with what was used of it', async () => {
    const customerId = await openBalance('10', '100');
    const { hold, balance, balances } = await place(customerId, '50');
    expect(balance).toMatchObject({ feature: { id: TOKENS }, remaining: '0', held: '10' });
    expect(balances).toMatchObject([
      { feature: { id: TOKENS }, remaining: '0', held: '10' },
      { feature: { id: CREDITS }, remaining: '92', held: '8' },
    ]);
    const settled = await settleHold(brim, hold.id, '30', { properties: { model: 'large' } });
    const [own] = settled.entries;
    expect(settled).toMatchObject({
      hold: { status: 'SETTLED', amount: '50', settledAmount: '30' },
      entry: {
        feature: { id: TOKENS },
        amount: '0',
        held: '-10',
        requested: '30',
        applied: '30',
        properties: { model: 'large' },
      },
      entries: [
        { kind: 'SETTLE', units: null, cause: null },
        {
          kind: 'SETTLE',
          feature: { id: CREDITS },
          amount: '4',
          held: '-8',
          applied: '4',
          units: '20',
          cause: { sequence: own.sequence },
        },
      ],
      balances: [
        { feature: { id: TOKENS }, remaining: '0', held: '0', usage: '10' },
        { feature: { id: CREDITS }, remaining: '96', held: '0', usage: '4' },
      ],
      applied: '30',
      shortfall: '0',
    });
  });

  it('settled with less than the own part gives all credits back', async () => {
    const { hold } = await place(await openBalance('10', '100'), '50');
    expect(await settleHold(brim, hold.id, '4')).toMatchObject({
      balances: [
        { remaining: '6', held: '0', usage: '4' },
        { remaining: '100', held: '0', usage: '0' },
      ],
    });
  });

  it('settled with more than it holds takes the rest from the credits, as far as they go', async () => {
    const { hold } = await place(await openBalance('10', '10'), '20');
    expect(await settleHold(brim, hold.id, '100')).toMatchObject({
      applied: '60',
      shortfall: '40',
      balances: [
        { remaining: '0', held: '0', usage: '10' },
        { remaining: '0', held: '0', usage: '10' },
      ],
    });
  });

  it('where nothing of its own is there, answers with the balance of the credits, and settles under its own name', async () => {
    const { hold, balance } = await place(await openBalance(null, '10'), '20');
    expect(balance).toMatchObject({ feature: { id: CREDITS }, remaining: '6', held: '4' });
    expect(await settleHold(brim, hold.id, '5')).toMatchObject({
      hold: { feature: { id: TOKENS }, settledAmount: '5' },
      entry: { feature: { id: TOKENS }, amount: '0', applied: '5' },
      balance: { feature: { id: TOKENS }, remaining: '0', held: '0' },
      balances: [{}, { feature: { id: CREDITS }, remaining: '9', held: '0', usage: '1' }],
    });
  });

  it('is given back to both', async () => {
    const { hold } = await place(await openBalance('10', '100'), '50');
    expect(await releaseHold(brim, hold.id)).toMatchObject({
      entries: [{ amount: '10' }, { amount: '8' }],
      balances: [
        { feature: { id: TOKENS }, remaining: '10', held: '0' },
        { feature: { id: CREDITS }, remaining: '100', held: '0' },
      ],
    });
  });

  it('of more than both have is refused, and neither is touched', async () => {
    const customerId = await openBalance('10', '10');
    expect(await place(customerId, '61')).toMatchObject({ __typename: 'InsufficientBalanceError', required: '61' });
    expect(await balanceOf(brim, customerId, CREDITS)).toMatchObject({ remaining: '10', held: '0', version: 2 });
  });
});
