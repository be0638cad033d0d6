/**
 * `npm run bench -- --profile`: where the CPU of a call goes, for the rows whose ratio is not
 * reached and for what they are compared with.
 */
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { openChild } from '../child.ts';
import type { BenchDatabase } from '../database.ts';
import type { CallersTask } from '../load/callers.ts';
import { RIVALS } from '../parties.ts';
import { freePort } from '../ports.ts';
import { median, type Rate } from '../rate.ts';
import { createNaiveTables } from '../rivals/naive-transaction.ts';
import { openBrim } from '../subject/brim.ts';
import { createCatalogue } from '../subject/catalogue.ts';
import type { LedgerTask } from '../subject/ledger.ts';
import { cpuUsOf, cpuUsOfChildren } from './cpu.ts';
import { profileWhile } from './inspector.ts';
import { PARTS, type Part, sharesOf } from './parts.ts';

const WARM_UP_SECONDS = 4;
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);

/** Who is asked, and how. */
interface Subject {
  readonly pid: number;
  readonly inspectorPort: number;
  run(seconds: number): Promise<Rate>;
  /** The process of the callers, where it is another. */
  readonly callersPid?: number;
}

/** @returns the table, in µs of CPU for each call; of a batch, for each track. */
export async function profileRows(database: BenchDatabase, customers: number, print: (line: string) => void): Promise<string> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const lines: string[] = [];
  const measure = async (name: string, subject: Subject) => {
    const line = tableLine([name, ...(await measureRow(subject, database.pid, client))]);
    print(line);
    lines.push(line);
  };

  const brimPort = await freePort();
  const brim = await openBrim(database.url, brimPort);
  await createCatalogue(brim, customers);
  await createNaiveTables(database.url);
  const callers = await openChild<CallersTask, Rate>('load/callers');
  const http = { over: 'http', operation: 'track', callers: 64, customers, batch: 1 } as const;
  const overHttp = (task: Omit<Extract<CallersTask, { over: 'http' }>, 'url' | 'seconds'>, url = brim.url) => ({
    pid: brim.pid,
    inspectorPort: brimPort,
    callersPid: callers.pid,
    run: (seconds: number) => callers.run({ ...task, url, seconds }),
  });
  await measure('HTTP track, spread, 64 callers', overHttp(http));
  await measure('HTTP track, one customer, 64 callers', overHttp({ ...http, customers: 1 }));
  await measure('trackBatch of 1,000, per track', overHttp({ ...http, operation: 'trackBatch', callers: 8, batch: 1_000 }));
  await measure('check, 64 callers', overHttp({ ...http, operation: 'check' }));
  await brim.close();
  for (const name of ['idle Yoga', 'bare node:http'] as const) {
    const inspectorPort = await freePort();
    const rival = await openChild<null, string>(`rivals/${RIVALS[name]}`, database.url, inspectorPort);
    await measure(name, { ...overHttp(http, await rival.run(null)), pid: rival.pid, inspectorPort });
    await rival.close();
  }
  await callers.close();

  const inspectorPort = await freePort();
  const ledger = await openChild<LedgerTask, Rate>('subject/ledger', database.url, inspectorPort);
  const inLedger = (task: Omit<LedgerTask, 'verb' | 'seconds'>): Subject => ({
    ...{ pid: ledger.pid, inspectorPort },
    run: (seconds) => ledger.run({ ...task, verb: 'track', seconds }),
  });
  await measure('ledger, spread, 256 callers', inLedger({ who: 'ledger', callers: 256, customers }));
  await measure('ledger, one customer, 256 callers', inLedger({ who: 'ledger', callers: 256, customers: 1 }));
  await measure('ledger, one idle caller', inLedger({ who: 'ledger', callers: 1, customers }));
  await measure('naive transaction, spread, 256 callers', inLedger({ who: 'naive', callers: 256, customers }));
  await measure('naive transaction, one customer, 256 callers', inLedger({ who: 'naive', callers: 256, customers: 1 }));
  await measure('naive transaction, one idle caller', inLedger({ who: 'naive', callers: 1, customers }));
  await ledger.close();
  await client.end();

  const head = ['what', 'per s', 'callers', 'Node', ...PARTS, 'PostgreSQL', 'WAL bytes'];
  const rule = `|---|${head
    .slice(1)
    .map(() => '---:|')
    .join('')}`;
  return [tableLine(head), rule, ...lines, '', `A flush of the disk took ${flushUs()} µs (median).`].join('\n');
}

/** Once for the totals, and once more under the profiler for the parts. */
async function measureRow({ pid, inspectorPort, callersPid, run }: Subject, serverPid: number, client: pg.Client) {
  await run(WARM_UP_SECONDS);
  const used = () => [cpuUsOf(pid), callersPid === undefined ? 0 : cpuUsOf(callersPid)] as const;
  const [before, backends, from] = [used(), cpuUsOfChildren(serverPid), await position(client)];
  const { perSecond } = await run(SECONDS);
  const [after, to] = [used(), await position(client)];
  const calls = perSecond * SECONDS;
  const [node, callers] = after.map((value, index) => (value - (before[index] ?? 0)) / calls);
  let postgresUs = 0;
  // Of those that ended meanwhile nothing is known.
  for (const [backend, us] of cpuUsOfChildren(serverPid)) postgresUs += us - (backends.get(backend) ?? 0);
  const shares = sharesOf(await profileWhile(inspectorPort, () => run(SECONDS)));
  const partUs = (part: Part) => digits((node ?? 0) * shares[part]);
  return [
    Math.round(perSecond).toLocaleString('en'),
    ...[callers, node].map(digits),
    ...PARTS.map(partUs),
    digits(postgresUs / calls),
    Math.round((to - from) / calls).toLocaleString('en'),
  ];
}

/** How far the write-ahead log has come, in bytes. */
async function position(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(`SELECT pg_current_wal_lsn() - '0/0' AS bytes`);
  return Number(rows[0]?.bytes);
}

/** What each commit waits for at least. */
function flushUs(): number {
  const file = path.join(tmpdir(), `brim-bench-flush-${process.pid}`);
  const descriptor = openSync(file, 'w');
  const page = Buffer.alloc(8_192, 1);
  const times = Array.from({ length: 100 }, () => {
    const start = performance.now();
    writeSync(descriptor, page, 0, page.length, 0);
    fdatasyncSync(descriptor);
    return performance.now() - start;
  });
  closeSync(descriptor);
  rmSync(file);
  return Math.round(median(times) * 1_000);
}

const digits = (us = 0) => (us < 9.95 ? us.toFixed(1) : String(Math.round(us)));
const tableLine = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
