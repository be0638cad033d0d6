/**
 * A database server that is paused as a whole, as a virtual machine is that moves: everybody is
 * answered, and afterwards all is as before.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { type EmbeddedPostgres, openEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import type { Answer } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { brimProcesses } from '../support/process.ts';
import { createCustomer, fillShop, grant, MESSAGES, track } from '../support/shop.ts';
import { expectSound, openSql, until, watch } from '../support/witness.ts';

/** What is promised is 15 seconds; the rest is for a loaded machine. */
const ANSWERED_WITHIN_MS = patience(10_000);
const processes = brimProcesses();
let dataDir: string;
let postgres: EmbeddedPostgres;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'brim-paused-'));
  await chmod(dataDir, 0o755);
  postgres = await openEmbeddedPostgres({ dataDir, log: () => undefined, settings: { fsync: 'off' } });
});
afterAll(async () => {
  await processes.end();
  await postgres.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** The server and all that it started. */
function serverProcesses(): number[] {
  const server = Number.parseInt(readFileSync(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);
  const parentOf = (pid: string) => {
    try {
      return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    } catch {
      return undefined;
    }
  };
  const children = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parentOf(pid) === server);
  return [server, ...children.map(Number)];
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended.
    }
  }
}

/** Takes a minute. */
const isTried = isLong && process.platform === 'linux';

it.runIf(isTried)('answers all, counts each once, and goes on', { timeout: patience(120_000) }, async () => {
  const brim = await processes.start({ database: { url: postgres.url } });
  await fillShop(brim);
  const customers = Array.from({ length: 8 }, (_, index) => `customer-${index}`);
  for (const id of customers) {
    await createCustomer(brim, id);
    await grant(brim, { customerId: id, amount: '990' });
  }
  const seen = await watch(brim.socket(), 'customer-0');
  await Promise.all(customers.map((customerId) => track(brim, { customerId, value: '0' })));

  const send = (customerId: string, idempotencyKey: string): Promise<Answer> =>
    brim.query(`mutation ($input: TrackInput!) { track(input: $input) { __typename ... on Error { message } } }`, {
      input: { customerId, featureId: MESSAGES, value: '1', idempotencyKey },
    });
  const waits: number[] = [];
  const codes = new Set<unknown>();
  const refused = new Set<string>();
  let stopped = false;
  const useOnAndOn = async (customerId: string, worker: number) => {
    for (let count = 0; !stopped; ) {
      const started = performance.now();
      const { data, errors } = await send(customerId, `${worker}-${count}`);
      waits.push(performance.now() - started);
      if (data?.track) count += 1;
      else refused.add(customerId) && codes.add(errors?.[0]?.extensions?.['code']);
    }
  };
  const workers = Promise.all(customers.flatMap((id) => [1, 2].map((worker) => useOnAndOn(id, worker))));
  await until(() => expect(waits.length).toBeGreaterThan(100), 20_000);
  let paused = serverProcesses();
  onTestFinished(() => signal(paused, 'SIGCONT'));
  signal(paused, 'SIGSTOP');
  await until(async () => expect((await fetch(`${brim.url}/ready`)).status).toBe(503), 20_000);
  await until(() => expect([...refused].sort()).toEqual(customers.toSorted()), 30_000);
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  signal(paused, 'SIGCONT');
  paused = [];
  const before = waits.length;
  await until(() => expect(waits.length).toBeGreaterThan(before + 50), 30_000);
  stopped = true;
  await workers;
  expect(Math.max(...waits)).toBeLessThan(ANSWERED_WITHIN_MS);
  expect([...codes].filter((code) => !['UNAVAILABLE', 'OUTCOME_UNKNOWN', 'OVERLOADED'].includes(String(code)))).toEqual([]);
  await until(async () => expect(await (await fetch(`${brim.url}/ready`)).json()).toEqual({ status: 'ready' }), 30_000);
  const sql = await openSql(postgres.url);
  for (const id of customers) await expectSound(sql, id);
  const { length } = await expectSound(sql, 'customer-0');
  await sql.close();
  await seen.sees(length, 30_000);
  seen.expectGapless();
  brim.kill('SIGTERM');
  expect(await brim.exited).toEqual({ code: 0, signal: null });
});
