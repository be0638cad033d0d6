import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { balanceOf, createCustomer, grant, MESSAGES, openShop, track } from '../support/shop.ts';

describe('a retry', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  /** A new customer with a balance of 100. */
  async function openBalance(customerId: string) {
    await createCustomer(brim, customerId);
    await grant(brim, { customerId, amount: '90' });
  }

  it('I1: with the same key gets the first answer; with other input it is refused', async () => {
    await openBalance('i1');
    const use = { customerId: 'i1', value: '25.5', idempotencyKey: 'k' };
    const first = await track(brim, use);
    expect(first).toMatchObject({ replayed: false, balance: { remaining: '74.5' } });
    expect(await track(brim, use)).toEqual({ ...first, replayed: true });
    expect(await track(brim, { ...use, value: '26' })).toEqual({
      __typename: 'IdempotencyConflictError',
      message: expect.stringContaining('"k"'),
    });
    expect(await balanceOf(brim, 'i1')).toMatchObject({ remaining: '74.5', usage: '25.5' });
  });

  it('I1: is the same request where equal input is written differently', async () => {
    await openBalance('i1_words');
    await track(brim, { customerId: 'i1_words', value: '1', idempotencyKey: 'k' });
    for (const same of [{}, { value: '1.0' }, { value: 1 }, { onShortfall: 'CAP' }, { properties: null }]) {
      expect(await track(brim, { customerId: 'i1_words', idempotencyKey: 'k', ...same })).toMatchObject({ replayed: true });
    }
    for (const other of [{ onShortfall: 'REJECT' }, { properties: {} }, { occurredAt: '2026-01-01T00:00:00Z' }]) {
      expect(await track(brim, { customerId: 'i1_words', idempotencyKey: 'k', ...other })).toMatchObject({
        __typename: 'IdempotencyConflictError',
      });
    }
  });

  it('I1: counts once among many at once', async () => {
    await openBalance('i1_race');
    const calls = await Promise.all(
      Array.from({ length: 20 }, () => track(brim, { customerId: 'i1_race', value: '7', idempotencyKey: 'k' })),
    );
    expect(calls.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(new Set(calls.map(({ entry }) => entry.id)).size).toBe(1);
    expect(await balanceOf(brim, 'i1_race')).toMatchObject({ remaining: '93', version: 3 });
  });

  it('shows the first entry and the present balance', async () => {
    await openBalance('later');
    const first = await track(brim, { customerId: 'later', value: '10', idempotencyKey: 'k' });
    await track(brim, { customerId: 'later', value: '5' });
    expect(await track(brim, { customerId: 'later', value: '10', idempotencyKey: 'k' })).toMatchObject({
      replayed: true,
      entry: first.entry,
      balance: { remaining: '85', version: 4 },
    });
  });

  it('of one customer does not share its key with another customer', async () => {
    await openBalance('one');
    await openBalance('other');
    await track(brim, { customerId: 'one', value: '10', idempotencyKey: 'k' });
    expect(await track(brim, { customerId: 'other', value: '20', idempotencyKey: 'k' })).toMatchObject({
      replayed: false,
      applied: '20',
    });
  });

  it('of a grant by hand gives once, and differs from a use with the same key', async () => {
    await openBalance('grants');
    const give = { customerId: 'grants', amount: '50', reason: 'sorry', idempotencyKey: 'g' };
    const first = await grant(brim, give);
    expect(await grant(brim, give)).toEqual(first);
    expect(await grant(brim, { ...give, reason: 'very sorry' })).toMatchObject({ __typename: 'IdempotencyConflictError' });
    expect(await track(brim, { customerId: 'grants', value: '50', idempotencyKey: 'g' })).toMatchObject({
      __typename: 'IdempotencyConflictError',
    });
    expect(await balanceOf(brim, 'grants', MESSAGES)).toMatchObject({ remaining: '150' });
  });
});
