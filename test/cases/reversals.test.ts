import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  balanceOf,
  createCustomer,
  createFeature,
  creditSystem,
  grant,
  grantsOf,
  ledgerLines,
  placeHold,
  reverseUsage,
  settleHold,
  useInFull,
  voidGrant,
} from '../support/shop.ts';

const TOKENS = 'tokens';
const CREDITS = 'credits';

let brim: TestBrim;
let customers = 0;

beforeAll(async () => {
  brim = await openBrim();
  await createFeature(brim, TOKENS);
  await createFeature(brim, creditSystem(CREDITS, { [TOKENS]: '0.2' }));
});
afterAll(() => brim.close());

/** A customer with these grants of its own. Its id has colons, as ids may. */
async function openBalance(...amounts: readonly string[]): Promise<string> {
  customers += 1;
  const customerId = `org:7:customer-${customers}`;
  await createCustomer(brim, customerId);
  for (const amount of amounts) await grant(brim, { customerId, featureId: TOKENS, amount });
  return customerId;
}

const take = (customerId: string, value: string, more: Record<string, unknown> = {}) =>
  useInFull(brim, { customerId, featureId: TOKENS, value, ...more });

const remainders = async (customerId: string) =>
  (await grantsOf(brim, customerId, TOKENS)).map(({ remaining }: { remaining: string }) => remaining);

const refusedAt = (field: string, says: string) => ({
  __typename: 'InvalidInputError',
  issues: [{ path: [field], message: expect.stringContaining(says) }],
});

describe('a use that is given back', () => {
  it('is all there again, and the entry names the use and says why', async () => {
    const customerId = await openBalance('100');
    const { entry: used } = await take(customerId, '30');
    expect(await reverseUsage(brim, used.id, { reason: 'the answer was cut off' })).toMatchObject({
      entry: {
        kind: 'REVERSAL',
        amount: '30',
        requested: '30',
        applied: '-30',
        cause: { sequence: used.sequence },
        reason: 'the answer was cut off',
      },
      balance: { remaining: '100', usage: '0', granted: '100' },
      requested: '30',
      returned: '30',
      lost: [],
      replayed: false,
    });
  });

  it('in parts is never more than was used', async () => {
    const customerId = await openBalance('100');
    const { entry: used } = await take(customerId, '30');
    expect(await reverseUsage(brim, used.id, { amount: '20' })).toMatchObject({ returned: '20', balance: { remaining: '90' } });
    expect(await reverseUsage(brim, used.id, { amount: '10.5' })).toMatchObject(refusedAt('amount', 'must be at most 10'));
    expect(await reverseUsage(brim, used.id)).toMatchObject({ requested: '10', returned: '10', balance: { remaining: '100' } });
    const wholly = refusedAt('entryId', 'is given back wholly already');
    expect(await reverseUsage(brim, used.id)).toMatchObject(wholly);
    expect(await reverseUsage(brim, used.id, { amount: '1' })).toMatchObject(wholly);
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ remaining: '100', usage: '0', version: 4 });
  });

  it('by many at once goes back once', async () => {
    const customerId = await openBalance('100');
    const { entry: used } = await take(customerId, '30');
    const answers = await Promise.all(Array.from({ length: 8 }, () => reverseUsage(brim, used.id, { amount: '10' })));
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      ...Array(5).fill('InvalidInputError'),
      ...Array(3).fill('ReverseUsageSuccess'),
    ]);
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ remaining: '100', usage: '0', version: 5 });
  });

  it('goes to the grants that paid, the newest allocation first', async () => {
    const customerId = await openBalance('10', '20');
    const { entry: used } = await take(customerId, '15');
    expect(await remainders(customerId)).toEqual(['15', '0']);
    const { entry } = await reverseUsage(brim, used.id, { amount: '7' });
    expect(entry.allocations).toMatchObject([{ amount: '5' }, { amount: '2' }]);
    expect(await remainders(customerId)).toEqual(['2', '20']);
    await reverseUsage(brim, used.id);
    expect(await remainders(customerId)).toEqual(['10', '20']);
  });

  it('of a grant that was voided meanwhile is lost, and the answer says so', async () => {
    const customerId = await openBalance('10', '20');
    const [first] = await grantsOf(brim, customerId, TOKENS);
    const { entry: used } = await take(customerId, '15');
    await voidGrant(brim, first.id);
    expect(await reverseUsage(brim, used.id)).toMatchObject({
      requested: '15',
      returned: '5',
      lost: [{ grant: { id: first.id }, amount: '10' }],
      balance: { remaining: '20', usage: '0' },
    });
    expect(await reverseUsage(brim, used.id)).toMatchObject(refusedAt('entryId', 'wholly'));
  });

  it('repays what is overdrawn first', async () => {
    const customerId = await openBalance('10');
    await take(customerId, '10');
    const { entry: used } = await take(customerId, '5', { onShortfall: 'OVERDRAW' });
    const { entry: first } = await take(customerId, '3', { onShortfall: 'OVERDRAW' });
    expect(await reverseUsage(brim, first.id)).toMatchObject({ returned: '3', balance: { remaining: '-5', usage: '15' } });
    expect(await reverseUsage(brim, used.id)).toMatchObject({ returned: '5', balance: { remaining: '0', usage: '10' } });
  });

  it('on credit goes to the grant that has repaid it meanwhile', async () => {
    const customerId = await openBalance('10');
    const { entry: used } = await take(customerId, '25', { onShortfall: 'OVERDRAW' });
    await grant(brim, { customerId, featureId: TOKENS, amount: '100' });
    expect(await balanceOf(brim, customerId, TOKENS)).toMatchObject({ remaining: '85', usage: '25' });
    expect(await reverseUsage(brim, used.id)).toMatchObject({
      returned: '25',
      lost: [],
      balance: { remaining: '110', usage: '0' },
    });
  });

  it('that was capped gives back what was taken, not what was asked', async () => {
    const customerId = await openBalance('10');
    const { entry: used } = await take(customerId, '25');
    expect(await reverseUsage(brim, used.id, { amount: '11' })).toMatchObject(refusedAt('amount', 'must be at most 10'));
    expect(await reverseUsage(brim, used.id)).toMatchObject({ requested: '10', balance: { remaining: '10', usage: '0' } });
  });

  it('with the same key and input goes back once; with another input it is a conflict', async () => {
    const customerId = await openBalance('100');
    const { entry: used } = await take(customerId, '30');
    const request = { amount: '10', idempotencyKey: 'k' };
    const first = await reverseUsage(brim, used.id, request);
    await take(customerId, '1');
    const again = await reverseUsage(brim, used.id, request);
    expect(again).toMatchObject({ entry: first.entry, replayed: true, returned: '10', balance: { remaining: '79' } });
    expect(await reverseUsage(brim, used.id, { ...request, amount: '11' })).toMatchObject({
      __typename: 'IdempotencyConflictError',
    });
  });
});

describe('a settled hold that is given back', () => {
  it('gives back what was used of it', async () => {
    const customerId = await openBalance('15');
    const { hold } = await placeHold(brim, { customerId, featureId: TOKENS, amount: '8' });
    const { entry: settled } = await settleHold(brim, hold.id, '11');
    expect(await reverseUsage(brim, settled.id, { amount: '4' })).toMatchObject({ balance: { remaining: '8', usage: '7' } });
    expect(await reverseUsage(brim, settled.id)).toMatchObject({
      returned: '7',
      balance: { remaining: '15', held: '0', usage: '0' },
    });
  });

  it('gives credits back that paid for it', async () => {
    const customerId = await openBalance('10');
    await grant(brim, { customerId, featureId: CREDITS, amount: '100' });
    const { hold } = await placeHold(brim, { customerId, featureId: TOKENS, amount: '50' });
    const { entry: settled } = await settleHold(brim, hold.id, '30');
    expect(await reverseUsage(brim, settled.id)).toMatchObject({
      returned: '30',
      balances: [
        { feature: { id: TOKENS }, remaining: '10', usage: '0' },
        { feature: { id: CREDITS }, remaining: '100', usage: '0' },
      ],
    });
  });
});

describe('a use for which credits paid', () => {
  it('is given back exactly: first the credits, then the own balance', async () => {
    const customerId = await openBalance('10');
    await grant(brim, { customerId, featureId: CREDITS, amount: '100' });
    const { entry: used, entries } = await take(customerId, '30');
    const [, paid] = entries;
    expect(paid).toMatchObject({ feature: { id: CREDITS }, amount: '-4', units: '20', cause: { sequence: used.sequence } });

    const part = await reverseUsage(brim, used.id, { amount: '5' });
    expect(part).toMatchObject({
      entry: { feature: { id: TOKENS }, amount: '0', applied: '-5' },
      entries: [{}, { feature: { id: CREDITS }, amount: '1', applied: '-1', units: '5', cause: { sequence: used.sequence } }],
      balance: { feature: { id: TOKENS }, remaining: '0' },
      balances: [{}, { feature: { id: CREDITS }, remaining: '97' }],
      returned: '5',
    });
    expect(await reverseUsage(brim, used.id, { amount: '20' })).toMatchObject({
      balances: [
        { remaining: '5', usage: '5' },
        { remaining: '100', usage: '0' },
      ],
    });
    expect(await reverseUsage(brim, used.id)).toMatchObject({ returned: '5', balances: [{ remaining: '10', usage: '0' }] });
  });

  it('is not given back by the entry of the credits, and the refusal names the use', async () => {
    const customerId = await openBalance();
    await grant(brim, { customerId, featureId: CREDITS, amount: '100' });
    const { entry: used, entries } = await take(customerId, '30');
    expect(await reverseUsage(brim, entries[1].id)).toMatchObject(refusedAt('entryId', `paid for the use ${used.id}`));
  });

  it('on credit repays what is overdrawn of the credits', async () => {
    const customerId = await openBalance('10');
    await grant(brim, { customerId, featureId: CREDITS, amount: '10' });
    const { entry: used } = await take(customerId, '100', { onShortfall: 'OVERDRAW' });
    expect(await balanceOf(brim, customerId, CREDITS)).toMatchObject({ remaining: '-8', usage: '18' });
    expect(await reverseUsage(brim, used.id, { amount: '30' })).toMatchObject({
      returned: '30',
      balances: [{ remaining: '0' }, { remaining: '-2', usage: '12' }],
    });
    expect(await reverseUsage(brim, used.id)).toMatchObject({
      returned: '70',
      balances: [
        { remaining: '10', usage: '0' },
        { remaining: '10', usage: '0' },
      ],
    });
  });

  it('in parts that do not come out even is given back exactly in the end', async () => {
    const customerId = await openBalance();
    await grant(brim, { customerId, featureId: CREDITS, amount: '1' });
    const value = '0.000000000007';
    const { entry: used, entries } = await take(customerId, value);
    expect(entries[1]).toMatchObject({ amount: '-0.000000000002', units: value });
    for (const amount of ['0.000000000001', '0.000000000003', '0.000000000003'])
      expect(await reverseUsage(brim, used.id, { amount })).toMatchObject({ returned: amount, lost: [] });
    expect(await balanceOf(brim, customerId, CREDITS)).toMatchObject({ remaining: '1', usage: '0' });
  });
});

describe('what is no use', () => {
  it.each(['GRANT', 'HOLD', 'REVERSAL'])('such as a %s cannot be given back', async (kind) => {
    const customerId = await openBalance('100');
    const { entry: used } = await take(customerId, '1');
    await reverseUsage(brim, used.id);
    await placeHold(brim, { customerId, featureId: TOKENS, amount: '8' });
    const sequence = 1 + (await ledgerLines(brim, customerId)).findIndex((entry) => entry.startsWith(kind));
    const says = `is a ${kind}: only a USAGE or a SETTLE`;
    expect(await reverseUsage(brim, `${customerId}:${sequence}`)).toMatchObject(refusedAt('entryId', says));
  });

  it('such as what a hold reserves of the credits cannot be given back', async () => {
    const customerId = await openBalance('10');
    await grant(brim, { customerId, featureId: CREDITS, amount: '10' });
    await placeHold(brim, { customerId, featureId: TOKENS, amount: '20' });
    expect(await reverseUsage(brim, `${customerId}:4`)).toMatchObject(
      refusedAt('entryId', 'is a HOLD: only a USAGE or a SETTLE'),
    );
  });

  it.each([
    '',
    ':',
    '1',
    'nobody:1',
    'org:7:1',
    'org:7:',
    'a b:1',
    'org:7:1e3',
    'org:7:-1',
    'org:7:0',
    `org:7:${'9'.repeat(19)}`,
  ])('such as %j, which is no entry at all, is refused', async (entryId) => {
    expect(await reverseUsage(brim, entryId)).toMatchObject(refusedAt('entryId', 'is not an entry of this ledger'));
  });

  it('such as an entry that is not written yet is refused', async () => {
    const customerId = await openBalance('100');
    for (const sequence of ['2', '01', '9'.repeat(18)])
      expect(await reverseUsage(brim, `${customerId}:${sequence}`)).toMatchObject(refusedAt('entryId', 'is not an entry'));
  });
});
