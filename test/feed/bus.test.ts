import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Bus, openPostgresBus } from '../../src/feed/bus.ts';
import type { Pace } from '../../src/feed/listen-check.ts';
import { openLog } from '../../src/platform/log.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { openPostgresProxy, type PostgresProxy } from '../support/postgres-proxy.ts';

let database: FreshDatabase;
let proxy: PostgresProxy;
let bus: Bus;
const heard: string[] = [];
let looks = 0;

const open = (pace?: Pace) =>
  openPostgresBus({
    ...(pace ? { pace } : {}),
    url: proxy.url,
    notify: (channel, payload) => runOn(database.url, `NOTIFY ${channel}, '${payload}'`),
    log: openLog('silent'),
    listener: {
      onEntries: (customerId, sequence) => heard.push(`${customerId} at ${sequence}`),
      onPurchase: (purchaseId, revision) => heard.push(`${purchaseId} in ${revision}`),
      resync: async () => {
        looks += 1;
      },
    },
  });

beforeAll(async () => {
  database = await freshDatabase();
  proxy = await openPostgresProxy(database.url);
  bus = await open();
});
afterAll(async () => {
  await bus.close();
  await proxy.close();
  await database.drop();
});

/** What was heard of these statements, up to a mark that is notified after them. */
async function hear(...statements: readonly string[]): Promise<readonly string[]> {
  heard.length = 0;
  for (const statement of statements) await runOn(database.url, statement);
  await runOn(database.url, `NOTIFY brim_entries, 'mark 1'`);
  await vi.waitFor(() => expect(heard.at(-1)).toBe('mark at 1'), { timeout: patience(5_000) });
  return heard.slice(0, -1);
}

const ENTRY = `(customer_id, sequence, feature_id, kind, amount, allocations, granted_after, remaining_after, held_after, usage_after,
  unlimited_after, occurred_at, recorded_at)`;
const valuesOf = (customerId: string, sequence: number) =>
  `('${customerId}', ${sequence}, 'messages', 'GRANT', 1, '[]', 1, 1, 0, 0, false, now(), now())`;

describe('the bus', () => {
  it('notifies of each customer’s last entry, once for each statement, of any writer', async () => {
    const values = [valuesOf('ada', 1), valuesOf('ada', 2), valuesOf('bob the second', 1), valuesOf('ada', 3)];
    expect(await hear(`INSERT INTO ledger_entry ${ENTRY} VALUES ${values.join()}`)).toEqual(['ada at 3', 'bob the second at 1']);
  });

  it('notifies of a thousand customers with long ids at once', async () => {
    const ids = Array.from({ length: 1_000 }, (_, index) => `${String(index).padStart(4, '0')}-${'ü'.repeat(190)}`);
    const values = ids.map((id) => valuesOf(id, 1));
    expect(await hear(`INSERT INTO ledger_entry ${ENTRY} VALUES ${values.join()}`)).toEqual(ids.map((id) => `${id} at 1`));
  });

  it('does not notify of what was rolled back', async () => {
    expect(await hear(`BEGIN; INSERT INTO ledger_entry ${ENTRY} VALUES ${valuesOf('eve', 1)}; ROLLBACK`)).toEqual([]);
  });

  it('ignores notifications that are not Brim’s', async () => {
    const noise = ['garbage', 'ada', 'ada three', 'ada -1', 'ada 1.5', ' 7', ''];
    expect(
      await hear(...noise.flatMap((text) => [`NOTIFY brim_entries, '${text}'`, `NOTIFY brim_purchases, '${text}'`])),
    ).toEqual([]);
    expect(await hear(`NOTIFY brim_purchases, 'pu_1 2'`)).toEqual(['pu_1 in 2']);
  });

  it('reconnects each time it is cut off, and reports each reconnect', async () => {
    for (let time = 1; time <= 3; time += 1) {
      const before = looks;
      proxy.cut();
      proxy.mend();
      await vi.waitFor(() => expect(looks).toBe(before + 1), { timeout: patience(5_000) });
      expect(await hear(`NOTIFY brim_entries, 'ada ${time}'`)).toEqual([`ada at ${time}`]);
    }
  });

  it('stays closed if it is closed while it is cut off', async () => {
    const second = await open();
    const before = looks;
    proxy.cut();
    await second.close();
    proxy.mend();
    await vi.waitFor(() => expect(looks).toBe(before + 1), { timeout: patience(5_000) });
    const { length } = await hear(`NOTIFY brim_entries, 'ada 1'`);
    expect(length).toBe(1);
  });

  it.each([
    ['that is open and receives nothing', () => proxy.deafen('brim feed'), 'is not heard'],
    ['that cannot be connected again', () => proxy.cut('brim feed'), 'refuses'],
  ])('%s says so, and says no more when it hears', async (_, harm, said) => {
    const third = await open({ probeMs: 200, arrivesWithinMs: 500 });
    harm();
    await vi.waitFor(() => expect(third.trouble()).toContain(said), { timeout: patience(20_000) });
    proxy.mend();
    await vi.waitFor(() => expect(third.trouble()).toBeUndefined(), { timeout: patience(20_000) });
    await third.close();
  });
});
