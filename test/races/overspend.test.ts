import { beforeAll, describe, expect, it } from 'vitest';
import { track as trackInProcess } from '../../src/balances/track.ts';
import { InsufficientBalanceError } from '../../src/ledger/model/errors.ts';
import type { TestBrim } from '../support/brim.ts';
import type { BrimProcess } from '../support/process.ts';
import { alternate, openSharedShop } from '../support/shop/two-processes.ts';
import { balanceOf, createCustomer, grant, MESSAGES, setUsageLimit, track, usageLimitsOf } from '../support/shop.ts';
import { expectSound, watch } from '../support/witness.ts';

describe('one balance, spent by three Brims at once', () => {
  const shop = openSharedShop();
  let third: BrimProcess;

  beforeAll(async () => {
    third = await shop.processes.start({ database: { url: shop.databaseUrl } });
  });

  /** A customer with so much, the ten free ones among them. */
  async function customerWith(id: string, amount: number): Promise<void> {
    await createCustomer(shop.there, id);
    if (amount > 10) await grant(shop.there, { customerId: id, amount: String(amount - 10) });
    else if (amount < 10) await track(shop.there, { customerId: id, value: String(10 - amount) });
  }

  it('150 uses of 2 out of 200: exactly 100 succeed, and nobody ever sees a version repeat or go back', async () => {
    const customerId = 'spent_at_once';
    await customerWith(customerId, 200);
    const watches = await Promise.all([watch(shop.here.socket(), customerId), watch(third.socket(), customerId)]);

    const use = { customerId, featureId: MESSAGES, value: '2', onShortfall: 'REJECT' };
    const answers = await Promise.all(
      Array.from({ length: 150 }, async (_, index) => {
        if (index % 5 > 0) return track(index % 2 === 0 ? shop.there : third, use);
        // Some are callers inside a process, who need no socket.
        const answer = trackInProcess(shop.here.app.domain, use);
        return answer.then(
          ({ balance }) => ({ __typename: 'TrackSuccess', balance: { version: Number(balance.version) } }),
          (error: unknown) => ({ __typename: error instanceof InsufficientBalanceError ? error.name : error }),
        );
      }),
    );

    const successes = answers.filter((answer) => answer.__typename === 'TrackSuccess');
    const refusals = answers.filter((answer) => answer.__typename === 'InsufficientBalanceError');
    expect([successes.length, refusals.length]).toEqual([100, 50]);
    const versions = successes.map((answer) => answer.balance.version).sort((a, b) => a - b);
    expect(versions).toEqual(Array.from({ length: 100 }, (_, index) => index + 3));
    expect(await balanceOf(shop.here, customerId)).toMatchObject({ remaining: '0', usage: '200', version: 102 });
    const entries = await expectSound(shop.sql, customerId);
    expect(entries.map((entry) => entry.amount)).toEqual([10, 190, ...Array.from({ length: 100 }, () => -2)]);

    for (const seen of watches) {
      await seen.sees(102);
      seen.expectGapless();
      expect(seen.pushes).toHaveLength(101);
      expect(seen.pushes.at(-1)?.balance.remaining).toBe('0');
      await seen.stop();
    }
  });

  it('four callers in each, one use after another, until long after the balance is spent: exactly 100 succeed', async () => {
    const customerId = 'spent_steadily';
    await customerWith(customerId, 100);
    const kinds: string[] = [];
    const useUp = async (brim: Pick<TestBrim, 'data'>) => {
      for (let refused = 0; refused < 3; ) {
        const { __typename } = await track(brim, { customerId, onShortfall: 'REJECT' });
        kinds.push(__typename);
        if (__typename !== 'TrackSuccess') refused += 1;
      }
    };
    const brims = [shop.here, shop.there, third];
    await Promise.all(Array.from({ length: 12 }, (_, index) => useUp(brims[index % 3] ?? third)));
    expect(kinds.filter((kind) => kind === 'TrackSuccess')).toHaveLength(100);
    expect(kinds.filter((kind) => kind === 'InsufficientBalanceError')).toHaveLength(36);
    expect(await balanceOf(shop.here, customerId)).toMatchObject({ remaining: '0', version: 102 });
    await expectSound(shop.sql, customerId);
  });

  it('five uses of 10 at once out of 5 come to 5 together', async () => {
    const customerId = 'capped_at_once';
    await customerWith(customerId, 5);
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, index) => track(alternate(shop, index), { customerId, value: '10', onShortfall: 'CAP' })),
    );
    expect(answers.map(({ __typename, requested }) => [__typename, requested])).toEqual(
      answers.map(() => ['TrackSuccess', '10']),
    );
    const applied = answers.reduce((sum, answer) => sum + Number(answer.applied), 0);
    const shortfall = answers.reduce((sum, answer) => sum + Number(answer.shortfall), 0);
    expect([applied, shortfall]).toEqual([5, 45]);
    expect(await balanceOf(shop.here, customerId)).toMatchObject({ remaining: '0', usage: '10' });
    await expectSound(shop.sql, customerId);
  });

  it('callers of three processes stop at a usage limit, which one of them raises meanwhile: never above it', async () => {
    const customerId = 'limited_at_once';
    await customerWith(customerId, 1_000);
    const brims = [shop.here, shop.there, third];
    const limit = (max: string) => setUsageLimit(third, { customerId, per: { unit: 'YEAR' }, max });
    const useUp = async (brim: Pick<TestBrim, 'data'>) => {
      let taken = 0;
      for (let refused = 0; refused < 3; ) {
        const { __typename, usageLimit } = await track(brim, { customerId, onShortfall: 'REJECT' });
        if (__typename === 'TrackSuccess') taken += 1;
        else refused += 1;
        if (usageLimit) expect(Number(usageLimit.used)).toBeLessThanOrEqual(Number(usageLimit.max));
      }
      return taken;
    };
    const useAllUp = () => Promise.all(Array.from({ length: 9 }, (_, index) => useUp(brims[index % 3] ?? third)));
    await limit('30');
    const [first] = await Promise.all([useAllUp(), limit('50')]);
    const all = [...first, ...(await useAllUp())].reduce((sum, taken) => sum + taken, 0);
    expect(all).toBe(50);
    for (const brim of brims) {
      expect(await usageLimitsOf(brim, customerId)).toMatchObject([{ max: '50', used: '50', remaining: '0' }]);
    }
    expect(await balanceOf(shop.here, customerId)).toMatchObject({ remaining: '950', usage: '50' });
    await expectSound(shop.sql, customerId);
  });

  it('twenty uses of 75 at once out of 500: six succeed, and 50 are left', async () => {
    const customerId = 'rejected_at_once';
    await customerWith(customerId, 500);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => track(alternate(shop, index), { customerId, value: '75', onShortfall: 'REJECT' })),
    );
    const kinds = answers.map((answer) => answer.__typename).sort();
    expect(kinds).toEqual([
      ...Array.from({ length: 14 }, () => 'InsufficientBalanceError'),
      ...Array.from({ length: 6 }, () => 'TrackSuccess'),
    ]);
    expect(await balanceOf(shop.here, customerId)).toMatchObject({ remaining: '50' });
    expect(await expectSound(shop.sql, customerId)).toHaveLength(8);
  });
});
