import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { balanceOf, createCustomer, grant, MESSAGES, openShop, track } from '../support/shop.ts';

describe('trackBatch', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  async function trackBatch(events: readonly Record<string, unknown>[]) {
    const { trackBatch: payload } = await brim.data(
      `mutation ($events: [TrackInput!]!) { trackBatch(input: { events: $events }) {
        __typename
        ... on InvalidInputError { issues { path message } }
        ... on TrackBatchSuccess { results {
          __typename ... on Error { message } ... on InvalidInputError { issues { path } }
          ... on TrackSuccess { applied shortfall replayed entry { sequence } balance { remaining version } }
        } }
      } }`,
      { events: events.map((event) => ({ featureId: MESSAGES, ...event })) },
    );
    return payload;
  }

  it('answers in the order given, and counts each customer in that order', async () => {
    await createCustomer(brim, 'ann');
    await createCustomer(brim, 'bob');
    const { results } = await trackBatch([
      { customerId: 'ann', value: '1' },
      { customerId: 'bob', value: '4' },
      { customerId: 'ann', value: '2' },
      { customerId: 'bob', value: '8' },
      { customerId: 'ann', value: '3' },
    ]);
    expect(results).toMatchObject([
      { applied: '1', balance: { remaining: '9', version: 2 } },
      { applied: '4', balance: { remaining: '6', version: 2 } },
      { applied: '2', balance: { remaining: '7', version: 3 } },
      { applied: '6', shortfall: '2', balance: { remaining: '0', version: 3 } },
      { applied: '3', balance: { remaining: '4', version: 4 } },
    ]);
  });

  it('refuses each bad item by itself, and takes all others', async () => {
    await createCustomer(brim, 'mixed');
    await createCustomer(brim, 'brink');
    const most = '9'.repeat(26);
    await track(brim, { customerId: 'brink', value: most, onShortfall: 'OVERDRAW' });
    const bad: [event: Record<string, unknown>, refusal: Record<string, unknown>][] = [
      [{ customerId: 'nobody' }, { __typename: 'CustomerNotFoundError' }],
      [{ featureId: 'nothing' }, { __typename: 'FeatureNotFoundError' }],
      [{ value: '-1' }, { __typename: 'InvalidInputError', issues: [{ path: ['value'] }] }],
      [{ value: '0.0000000000001' }, { __typename: 'InvalidInputError', issues: [{ path: ['value'] }] }],
      [{ customerId: 'a b' }, { __typename: 'InvalidInputError', issues: [{ path: ['customerId'] }] }],
      [{ properties: { note: '\u0000' } }, { __typename: 'InvalidInputError', issues: [{ path: ['properties'] }] }],
      [{ value: '1000', onShortfall: 'REJECT' }, { __typename: 'InsufficientBalanceError' }],
      // The ledger's own refusal: nobody sees beforehand that this does not fit.
      [
        { customerId: 'brink', value: most, onShortfall: 'OVERDRAW' },
        { __typename: 'InvalidInputError', issues: [{ path: ['value'] }] },
      ],
    ];
    const good = { customerId: 'mixed', value: '1' };
    const { results } = await trackBatch(bad.flatMap(([event]) => [good, { customerId: 'mixed', ...event }]));
    const refused = results.filter((_: unknown, index: number) => index % 2 === 1);
    const taken = results.filter((_: unknown, index: number) => index % 2 === 0);
    expect(refused).toMatchObject(bad.map(([, refusal]) => refusal));
    for (const { message } of refused) expect(message).not.toBe('');
    expect(taken.map(({ balance }: { balance: { remaining: string } }) => balance.remaining)).toEqual([
      '9',
      '8',
      '7',
      '6',
      '5',
      '4',
      '3',
      '2',
    ]);
    expect(await balanceOf(brim, 'mixed')).toMatchObject({ remaining: '2', version: 9 });
  });

  it('takes the same key once, also within one batch', async () => {
    await createCustomer(brim, 'keys');
    const use = { customerId: 'keys', value: '3', idempotencyKey: 'k' };
    const { results } = await trackBatch([use, { ...use, value: '4' }, use]);
    expect(results).toMatchObject([
      { applied: '3', replayed: false, entry: { sequence: 2 } },
      { __typename: 'IdempotencyConflictError' },
      { applied: '3', replayed: true, entry: { sequence: 2 } },
    ]);
    expect((await trackBatch([use])).results).toMatchObject([{ replayed: true, entry: { sequence: 2 } }]);
    expect(await balanceOf(brim, 'keys')).toMatchObject({ remaining: '7' });
  });

  it.each([0, 1_001])('refuses %i events, and takes none of them', async (count) => {
    await createCustomer(brim, `count_${count}`);
    const events = Array.from({ length: count }, () => ({ customerId: `count_${count}` }));
    expect(await trackBatch(events)).toEqual({
      __typename: 'InvalidInputError',
      issues: [{ path: ['events'], message: 'must be 1 to 1000' }],
    });
    expect(await balanceOf(brim, `count_${count}`)).toMatchObject({ remaining: '10', version: 1 });
  });

  it('takes 1,000 events of many customers, each in its order', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `many_${index}`);
    await Promise.all(ids.map((id) => createCustomer(brim, id)));
    await grant(brim, { customerId: 'many_7', amount: '50' });
    const { results } = await trackBatch(Array.from({ length: 1_000 }, (_, index) => ({ customerId: ids[index % ids.length] })));
    expect(results).toHaveLength(1_000);
    const ofCustomer = (index: number) => results.filter((_: unknown, position: number) => position % ids.length === index);
    const applied = (index: number) => ofCustomer(index).map((each: { applied: string }) => Number(each.applied));
    expect(applied(0)).toEqual([...Array(10).fill(1), ...Array(40).fill(0)]);
    expect(applied(7)).toEqual(Array(50).fill(1));
    expect(ofCustomer(7).at(-1).balance).toEqual({ remaining: '10', version: 52 });
  });
});
