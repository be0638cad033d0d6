/**
 * Reports from a streaming standby, made of the embedded binaries: it answers them, and nobody can
 * tell by what they see.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { doctor } from '../../src/commands/doctor.ts';
import { REPORTS, type Report } from '../../src/database/reports.ts';
import { run } from '../commands/run.ts';
import { openBrim, TEST_KEY, type TestBrim } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { METRICS, readMetric } from '../support/metrics.ts';
import { openPostgresProxy } from '../support/postgres-proxy.ts';
import { createCustomer, grant, MESSAGES, openShop, track } from '../support/shop.ts';
import { openPrimary, openStandby, type PostgresServer } from '../support/standby.ts';
import { until } from '../support/witness.ts';

let primary: PostgresServer;
let standby: PostgresServer;
let readUrl: string;
/** Knows the standby. */
let brim: TestBrim;
/** Another process, which does not. */
let other: TestBrim;
const said: { readonly level: number; readonly msg: string }[] = [];
const log = pino({ level: 'info' }, { write: (text: string) => void said.push(JSON.parse(text)) });
const told = () => said.filter(({ msg }) => msg.startsWith('replica:')).map(({ level, msg }) => `${level} ${msg}`);

beforeAll(async () => {
  primary = await openPrimary();
  other = await openShop({ databaseUrl: primary.url });
  await runOn(
    primary.url,
    `CREATE ROLE reports LOGIN PASSWORD 'reports' IN ROLE pg_read_all_data, pg_read_all_stats;
     ALTER ROLE reports SET log_statement TO 'all'`,
  );
  standby = await openStandby(primary);
  readUrl = forReports(standby);
  brim = await openBrim({ databaseUrl: primary.url, config: { databaseReadUrl: readUrl, metrics: METRICS }, log });
  for (const id of ['ada', 'bob']) {
    await createCustomer(brim, id);
    await grant(brim, { customerId: id, amount: '1000' });
  }
  for (const _ of [1, 2, 3]) await track(brim, { customerId: 'ada' });
  await brim.data(
    `mutation { createWebhookEndpoint(input: { url: "http://127.0.0.1:9/", events: [CUSTOMER_CREATED] }) { __typename } }`,
  );
  await isUsed();
}, patience(60_000));
afterAll(async () => {
  for (const each of [brim, other, standby, primary]) await each?.close();
});

async function runAndReload(url: string, sql: string): Promise<void> {
  await runOn(url, sql);
  await runOn(url, 'SELECT pg_reload_conf()');
}

/** For a role that may read and nothing else. Its statements are logged. */
const forReports = ({ url }: PostgresServer) => Object.assign(new URL(url), { username: 'reports', password: 'reports' }).href;

const isUsed = (used = 1) => until(async () => expect(await readMetric(brim, 'brim_replica_used')).toBe(used));
const answered = async (report: Report, from: 'replica' | 'primary') =>
  (await readMetric(brim, `brim_report_reads_total{report="${report}",from="${from}"}`)) ?? 0;

/** What Brim has asked a standby, by its own log. */
async function askedOf({ url }: PostgresServer): Promise<readonly string[]> {
  const [folder] = await runOn(url, 'SHOW data_directory');
  const text = await readFile(path.join(String(folder?.['data_directory']), 'brim.log'), 'utf8');
  return text
    .replaceAll('\n\t', ' ')
    .split('\n')
    .flatMap((line) => /LOG: +(?:statement|execute .+?): +(.+)/.exec(line)?.slice(1) ?? []);
}

async function usageOf(door: Pick<TestBrim, 'data'>, id: string): Promise<number> {
  const { customer } = await door.data(
    `query ($id: ID!, $from: DateTime!, $to: DateTime!) { customer(id: $id) {
       usage(featureId: "${MESSAGES}", from: $from, to: $to, bucket: HOUR) { usage } } }`,
    { id, from: new Date(Date.now() - 7_200_000), to: new Date(Date.now() + 3_600_000) },
  );
  return customer.usage.reduce((sum: number, { usage }: { usage: string }) => sum + Number(usage), 0);
}
async function customerIds(door: Pick<TestBrim, 'data'>, search: string): Promise<readonly string[]> {
  const { customers } = await door.data('query ($search: String) { customers(first: 100, search: $search) { nodes { id } } }', {
    search,
  });
  return customers.nodes.map(({ id }: { id: string }) => id);
}

/** Reads each report, with what the standby's log then has of it. */
const READ: Readonly<Record<Report, readonly [read: () => Promise<unknown>, statement: RegExp]>> = {
  usage: [() => usageOf(brim, 'ada'), /FROM usage_hour/],
  ledger: [
    async () => {
      const page = 'nodes { sequence } pageInfo { endCursor }';
      const { customer } = await brim.data(`{ customer(id: "ada") { ledger(first: 2) { ${page} } } }`);
      const after = customer.ledger.pageInfo.endCursor;
      const next = await brim.data(
        `query ($after: String) { customer(id: "ada") { ledger(first: 2, after: $after) { ${page} } } }`,
        {
          after,
        },
      );
      expect(next.customer.ledger.nodes).toHaveLength(2);
    },
    /FROM ledger_entry/,
  ],
  ledgerOfAll: [() => brim.data('{ ledger(first: 2) { nodes { sequence } } }'), /FROM ledger_entry x WHERE x.position/],
  customers: [() => customerIds(brim, 'a'), /FROM customer\s+WHERE erased_at IS NULL/],
  auditLog: [() => brim.data('{ auditLog(first: 5) { nodes { operation } } }'), /FROM audit_entry/],
  webhookDeliveries: [() => brim.data('{ webhookEndpoints { deliveries(first: 5) { nodes { id } } } }'), /FROM webhook_delivery/],
  export: [
    async () => {
      const headers = { authorization: `Bearer ${TEST_KEY}` };
      const text = await (await fetch(`${brim.url}/customers/ada/export`, { headers })).text();
      expect(text).toMatch(/"end":true/);
    },
    /SELECT to_jsonb\(t\)/,
  ],
};

describe('the replica', () => {
  it.each(Object.keys(REPORTS) as Report[])('answers the report %s', async (report) => {
    const [read, statement] = READ[report];
    const before = (await askedOf(standby)).length;
    await until(async () => {
      await read();
      expect(await answered(report, 'replica'), told().join()).toBeGreaterThan(0);
    });
    await until(async () =>
      expect((await askedOf(standby)).slice(before).filter((text) => statement.test(text))).not.toEqual([]),
    );
  });

  it('is asked nothing but reports: no balance, check, customer by id, or first page', async () => {
    const OWN =
      /^(BEGIN|COMMIT|SET LOCAL|SELECT set_config|SELECT \(SELECT system_identifier|SELECT 1|SELECT pg_snapshot_xmax|SELECT EXISTS)/;
    const before = (await askedOf(standby)).length;
    await brim.data(`{ customer(id: "ada") { name balances { remaining grants { id } } purchases(first: 5) { nodes { id } }
      ledger(first: 2) { nodes { sequence } } } check(input: { customerId: "ada", featureId: "${MESSAGES}" }) { allowed } }`);
    await track(brim, { customerId: 'bob', idempotencyKey: 'once' });
    await track(brim, { customerId: 'bob', idempotencyKey: 'once' });
    await until(async () => {
      await usageOf(brim, 'bob');
      expect((await askedOf(standby)).slice(before).some((text) => text.includes('usage_hour'))).toBe(true);
    });
    const reports = (await askedOf(standby)).slice(before).filter((text) => !OWN.test(text));
    expect(reports.filter((text) => !/usage_hour|date_trunc/.test(text))).toEqual([]);
  });

  it('shows each caller what anybody was answered before, by any process, although it lags', async () => {
    await runAndReload(standby.url, `ALTER SYSTEM SET recovery_min_apply_delay TO '40ms'`);
    const before = await answered('usage', 'replica');
    let used = await usageOf(brim, 'ada');
    for (let turn = 0; turn < 10; turn += 1) {
      await track(turn % 2 === 0 ? brim : other, { customerId: 'ada', value: '2' });
      used += 2;
      expect(await usageOf(brim, 'ada')).toBe(used);
      await createCustomer(turn % 2 === 0 ? other : brim, `seen-${turn}`);
      expect(await customerIds(brim, `seen-${turn}`)).toContain(`seen-${turn}`);
    }
    await until(async () => {
      expect(await usageOf(brim, 'ada')).toBe(used);
      expect(await answered('usage', 'replica')).toBeGreaterThan(before);
    });
    await runAndReload(standby.url, 'ALTER SYSTEM RESET recovery_min_apply_delay');
  });
});

describe('the primary answers in its place, so that nobody sees less', () => {
  it('while it does not replay; and it is used again by itself once it does', async () => {
    const used = await usageOf(brim, 'bob');
    await runOn(standby.url, 'SELECT pg_wal_replay_pause()');
    for (const more of [1, 2, 3]) {
      await track(brim, { customerId: 'bob' });
      expect(await usageOf(brim, 'bob')).toBe(used + more);
    }
    await isUsed(0);
    const { lines } = await examine(readUrl);
    expect(lines).toContainEqual(
      expect.stringMatching(/^warning {2}replica: is \d+ bytes and at most \d+ s behind\. The primary/),
    );
    expect(told().filter((line) => line.startsWith('40'))).toEqual([
      expect.stringMatching(
        /^40 replica: DATABASE_READ_URL is not used: it is \d+ bytes behind the primary\. The primary answers/,
      ),
    ]);
    await runOn(standby.url, 'SELECT pg_wal_replay_resume()');
    const before = await answered('usage', 'replica');
    await until(async () => {
      expect(await usageOf(brim, 'bob')).toBe(used + 3);
      expect(await answered('usage', 'replica')).toBeGreaterThan(before);
    });
  });

  it('while it is dead; and it is used again once it is back', async () => {
    const used = await usageOf(brim, 'bob');
    await standby.kill();
    await track(brim, { customerId: 'bob' });
    expect(await usageOf(brim, 'bob')).toBe(used + 1);
    expect(await customerIds(brim, 'bob')).toEqual(['bob']);
    await isUsed(0);
    const { lines, code } = await examine(readUrl);
    expect(lines).toContainEqual(expect.stringMatching(/^fault {4}replica: DATABASE_READ_URL: nothing takes connections at 127/));
    expect(code).toBe(1);
    await standby.start();
    await isUsed();
    expect(await usageOf(brim, 'bob')).toBe(used + 1);
    expect((await examine(readUrl)).lines).toContain('ok       replica: has all that the primary has, and answers reports');
  });

  it('while it is silent: whoever finds out waits some seconds, and others do not', async () => {
    const way = await openPostgresProxy(readUrl);
    said.length = 0;
    const hushed = await openBrim({ databaseUrl: primary.url, config: { databaseReadUrl: way.url }, log });
    try {
      await until(() => expect(told()).toContainEqual('30 replica: answers reports from now on'));
      await track(hushed, { customerId: 'bob' });
      const used = await usageOf(other, 'bob');
      way.hush();
      await Promise.all([1, 2, 3].map(async () => expect(await usageOf(hushed, 'bob')).toBe(used)));
      await until(() => expect(told()).toContainEqual(expect.stringMatching(/^40 replica: DATABASE_READ_URL: /)));
      const askedAtMs = performance.now();
      expect(await usageOf(hushed, 'bob')).toBe(used);
      expect(performance.now() - askedAtMs).toBeLessThan(patience(1_000));
      await until(() => expect(told().at(-1)).toBe('30 replica: answers reports from now on'));
    } finally {
      await hushed.close();
      await way.close();
    }
  });

  it('while its role may not ask what it must', async () => {
    const used = await usageOf(brim, 'bob');
    await runOn(primary.url, 'REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC');
    await isUsed(0);
    await track(brim, { customerId: 'bob' });
    expect(await usageOf(brim, 'bob')).toBe(used + 1);
    const DENIED = /^fault {4}replica: cannot be compared with the primary: .*permission denied for function pg_control_system/;
    expect((await examine(readUrl)).lines).toContainEqual(expect.stringMatching(DENIED));
    await runOn(primary.url, 'GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC');
    await isUsed();
  });

  it('while it shows a commit that still waits for a synchronous standby', async () => {
    await runAndReload(primary.url, `ALTER SYSTEM SET synchronous_standby_names TO 'nobody'`);
    const writer = new pg.Client({ connectionString: primary.url });
    await writer.connect();
    const written = writer.query(`INSERT INTO customer (id, metadata, created_at) VALUES ('early', '{}', now())`);
    const early = (url: string) => runOn(url, `SELECT id FROM customer WHERE id = 'early'`);
    await until(async () => expect(await early(standby.url)).toHaveLength(1));
    expect(await early(primary.url)).toHaveLength(0);
    expect(await customerIds(brim, 'early')).toEqual([]);
    await runAndReload(primary.url, 'ALTER SYSTEM RESET synchronous_standby_names');
    await written;
    await writer.end();
    expect(await customerIds(brim, 'early')).toEqual(['early']);
    await isUsed();
  });

  it.each<[string, () => string, RegExp]>([
    ['nothing listens at its address', () => 'postgresql://reports:secret@127.0.0.1:9/brim', /nothing takes connections at 127/],
    ['it is another cluster', () => inject('adminUrl'), /another database cluster than DATABASE_URL/],
    ['it is the primary itself', () => primary.url, /no standby: it was promoted, or is the primary itself/],
  ])('where %s: the start says so, and nothing else is different', async (_, address, why) => {
    said.length = 0;
    const misled = await openBrim({ databaseUrl: primary.url, config: { databaseReadUrl: address() }, log });
    try {
      await until(() => expect(told()).toEqual([expect.stringMatching(why)]));
      expect(await usageOf(misled, 'ada')).toBe(await usageOf(other, 'ada'));
      expect((await examine(address())).lines).toContainEqual(expect.stringMatching(why));
    } finally {
      await misled.close();
    }
  });
});

it('another standby is used after a failover, once it follows the new primary', async () => {
  const second = await openStandby(standby);
  await primary.kill();
  await standby.promote();
  said.length = 0;
  const moved = await openBrim({ databaseUrl: standby.url, config: { databaseReadUrl: forReports(second) }, log });
  try {
    await until(() => expect(told()).toContainEqual('30 replica: answers reports from now on'));
    const used = await usageOf(moved, 'bob');
    await track(moved, { customerId: 'bob' });
    await until(async () => {
      expect(await usageOf(moved, 'bob')).toBe(used + 1);
      expect((await askedOf(second)).some((text) => text.includes('FROM usage_hour'))).toBe(true);
    });
  } finally {
    await moved.close();
    await second.close();
  }
});

const examine = (DATABASE_READ_URL: string) => run(doctor, { DATABASE_URL: primary.url, DATABASE_READ_URL });
