/**
 * What a process of Brim commits notifies afterwards; every other writer notifies with its commit.
 */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Database, openDatabase } from '../../src/database/database.ts';
import type { SessionSetting } from '../../src/database/session-settings.ts';
import type { Statements } from '../../src/database/statements.ts';
import { openNotifier } from '../../src/feed/notifier.ts';
import { patience } from '../support/deadlines.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { entryOf } from './fake-ledger.ts';

let database: FreshDatabase;
let client: pg.Client;
let later: Database;
const heard: string[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  client.on('notification', ({ payload = '' }) => heard.push(...payload.split('\n')));
  await client.query('LISTEN brim_entries');
  later = open(['notifiesLater']);
});
afterAll(async () => {
  await Promise.all([client.end(), later.close()]);
  await database.drop();
});
beforeEach(() => {
  heard.length = 0;
});

const open = (settings: readonly SessionSetting[]) => openDatabase({ url: database.url, poolSize: 1, settings });

const insert = ({ statements }: Database, customerId: string) =>
  statements.write(`INSERT INTO ledger_entry (customer_id, sequence, feature_id, kind, amount, allocations, granted_after,
    remaining_after, held_after, usage_after, unlimited_after, occurred_at, recorded_at)
    VALUES ('${customerId}', 1, 'messages', 'GRANT', 1, '[]', 1, 1, 0, 0, false, now(), now())`);

function counted() {
  let count = 0;
  const write: Statements['write'] = (text, values) => {
    count += 1;
    return later.statements.write(text, values);
  };
  return { write, writes: () => count };
}

/** Everything that was notified until now: notifications arrive in the order of their commits. */
async function everythingHeard(): Promise<readonly string[]> {
  await client.query(`NOTIFY brim_entries, 'the end'`);
  await vi.waitFor(() => expect(heard).toContain('the end'), { timeout: patience(5_000) });
  return heard.filter((line) => line !== 'the end');
}

describe('a session that notifies later', () => {
  it('commits entries without a word', async () => {
    await insert(later, 'ada');
    expect(await everythingHeard()).toEqual([]);
  });

  it('is no other session', async () => {
    const usual = open([]);
    await insert(usual, 'bob');
    await usual.close();
    expect(await everythingHeard()).toEqual(['bob 1']);
  });
});

describe('the notifier', () => {
  it('tells of each customer’s last entry, together', async () => {
    const { write, writes } = counted();
    const notifier = openNotifier({ write });
    for (const [customerId, sequence] of [
      ['ada', 1n],
      ['bob the second', 7n],
      ['ada', 2n],
    ] as const)
      notifier.onCommitted([entryOf(customerId, 'messages', sequence)]);
    await vi.waitFor(() => expect(heard).toEqual(['ada 2', 'bob the second 7']), { timeout: patience(5_000) });
    expect(writes()).toBe(1);
    notifier.onCommitted([entryOf('ada', 'messages', 3n)]);
    await vi.waitFor(() => expect(heard).toContain('ada 3'), { timeout: patience(5_000) });
    await notifier.close();
  });

  it('tells what is gathered before it closes, and of nothing tells nothing', async () => {
    const { write, writes } = counted();
    const notifier = openNotifier({ write });
    notifier.onCommitted([]);
    await notifier.close();
    expect(writes()).toBe(0);
    const second = openNotifier({ write });
    second.onCommitted([entryOf('eve', 'messages', 4n)]);
    await second.close();
    expect(await everythingHeard()).toEqual(['eve 4']);
  });

  it('goes on when a notification is lost', async () => {
    let isLost = true;
    const notifier = openNotifier({
      write: (text, values) => (isLost ? Promise.reject(new Error('lost')) : later.statements.write(text, values)),
    });
    notifier.onCommitted([entryOf('ada', 'messages', 5n)]);
    await notifier.close();
    isLost = false;
    notifier.onCommitted([entryOf('ada', 'messages', 6n)]);
    await notifier.close();
    expect(await everythingHeard()).toEqual(['ada 6']);
  });
});
