import { describe, expect, it } from 'vitest';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { createCustomer, grant, track } from '../support/shop.ts';
import { correction, entriesOf, until, watch } from '../support/witness.ts';

describe('a subscriber of one process, while others write', () => {
  const shop = openSharedShop();

  async function customerWith1000(id: string): Promise<string> {
    await createCustomer(shop.there, id);
    await grant(shop.there, { customerId: id, amount: '990' });
    return id;
  }

  /** The connections by which the two Brims listen. */
  async function listeners(): Promise<number[]> {
    const found = await shop.sql.rows<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'brim feed'`,
    );
    return found.map(({ pid }) => pid);
  }

  it('sees each change once and in order, from either process, and one made by plain SQL too', async () => {
    const customerId = await customerWith1000('written_elsewhere');
    const seen = await watch(shop.here.socket(), customerId);
    const bystander = await watch(shop.here.socket(), await customerWith1000('left_alone'));
    await Promise.all(Array.from({ length: 60 }, (_, index) => track(index % 3 === 0 ? shop.here : shop.there, { customerId })));
    await shop.sql.rows(correction(customerId, 5));
    await track(shop.there, { customerId });
    await seen.sees(64);
    seen.expectGapless();
    expect(seen.pushes).toHaveLength(63);
    expect(seen.pushes.at(-2)).toMatchObject({ entry: { kind: 'ADJUSTMENT', amount: '5' }, balance: { remaining: '945' } });
    expect(seen.pushes.at(-1)?.balance).toEqual({ remaining: '944', version: 64 });
    expect(bystander.pushes).toHaveLength(1);
  });

  it('misses nothing while its listening connection is cut again and again', async () => {
    const customerId = await customerWith1000('cut_off');
    const seen = await watch(shop.here.socket(), customerId);
    const uses = 90;
    let sent = 0;
    let done = 0;
    const sendOneByOne = async () => {
      while (sent < uses) {
        sent += 1;
        await track(shop.there, { customerId });
        done += 1;
      }
    };
    const cutTwice = async () => {
      for (const after of [uses / 3, (2 * uses) / 3]) {
        await until(() => expect(done).toBeGreaterThanOrEqual(after));
        const cut = await until(async () => {
          const found = await listeners();
          expect(found).toHaveLength(2);
          return found;
        });
        await shop.sql.rows('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [cut]);
      }
    };
    await Promise.all([cutTwice(), ...Array.from({ length: 3 }, sendOneByOne)]);
    await seen.sees(uses + 2);
    seen.expectGapless();
    expect(seen.pushes.map((push) => push.sequence)).toEqual(
      (await entriesOf(shop.sql, customerId)).map((entry) => entry.sequence).slice(1),
    );
  });

  it('gets what was written while nobody listened, although nothing is written after it', async () => {
    const customerId = await customerWith1000('written_unheard');
    const seen = await watch(shop.here.socket(), customerId);
    await until(async () => expect(await listeners()).toHaveLength(2));
    // One round trip cuts the listeners, waits until they are gone, and writes: they come back
    // after their first pause.
    await shop.sql.rows(
      `BEGIN;
       SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'brim feed';
       ${correction(customerId, -7)};
       COMMIT`,
    );
    await seen.sees(3);
    seen.expectGapless();
    expect(seen.pushes.at(-1)).toMatchObject({ entry: { amount: '-7' }, balance: { remaining: '993' } });
  });
});
