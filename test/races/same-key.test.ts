import { describe, expect, it } from 'vitest';
import { alternate, openSharedShop } from '../support/shop/two-processes.ts';
import { balanceOf, createCustomer, grant, track } from '../support/shop.ts';
import { expectSound } from '../support/witness.ts';

describe('one idempotency key, sent to two processes', () => {
  const shop = openSharedShop();

  it('at the same moment, fifty times: each counts once, and both answers are the same entry', async () => {
    const customerId = 'sent_twice';
    await createCustomer(shop.there, customerId);
    await grant(shop.there, { customerId, amount: '90' });
    for (let round = 1; round <= 50; round += 1) {
      const use = { customerId, idempotencyKey: `round-${round}` };
      const answers = await Promise.all([track(shop.there, use), track(shop.here, use)]);
      const [first, second] = answers;
      expect(answers.map((answer) => answer.__typename)).toEqual(['TrackSuccess', 'TrackSuccess']);
      expect(first.entry.id).toBe(second.entry.id);
      expect(first.entry.sequence).toBe(round + 2);
      expect(answers.map((answer) => answer.replayed).sort()).toEqual([false, true]);
      expect(answers.map((answer) => answer.balance)).toEqual([first.balance, first.balance]);
    }
    const entries = await expectSound(shop.sql, customerId);
    expect(entries.slice(2).map((entry) => entry.key)).toEqual(Array.from({ length: 50 }, (_, index) => `round-${index + 1}`));
    expect(await balanceOf(shop.here, customerId)).toMatchObject({ remaining: '50', usage: '50' });
  });

  it('with many callers in both: one counts, and all the others get that entry', async () => {
    const customerId = 'sent_often';
    await createCustomer(shop.there, customerId);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        track(alternate(shop, index), { customerId, value: '3', idempotencyKey: 'the one' }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.entry.id)).size).toBe(1);
    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
    expect(await expectSound(shop.sql, customerId)).toHaveLength(2);
  });

  it('with another value is refused by either process, and also where both values come at once', async () => {
    const customerId = 'sent_differently';
    await createCustomer(shop.there, customerId);
    await track(shop.there, { customerId, value: '1', idempotencyKey: 'settled' });
    for (const brim of [shop.there, shop.here]) {
      expect(await track(brim, { customerId, value: '2', idempotencyKey: 'settled' })).toMatchObject({
        __typename: 'IdempotencyConflictError',
      });
    }
    for (let round = 1; round <= 10; round += 1) {
      const answers = await Promise.all([
        track(shop.there, { customerId, value: '0.25', idempotencyKey: `raced-${round}` }),
        track(shop.here, { customerId, value: '0.5', idempotencyKey: `raced-${round}` }),
      ]);
      expect(answers.map((answer) => answer.__typename).sort()).toEqual(['IdempotencyConflictError', 'TrackSuccess']);
    }
    expect(await expectSound(shop.sql, customerId)).toHaveLength(12);
  });
});
