/** Brim as production runs it: built, in a process of its own, on the benchmark's database. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '../ports.ts';

const secret = () => randomBytes(24).toString('hex');

/** Made for each run, because production refuses what can be guessed. The callers inherit it. */
export const KEY = process.env['BENCH_KEY'] ?? `brim_sk_${secret()}`;
process.env['BENCH_KEY'] = KEY;

const ROOT = path.resolve(import.meta.dirname, '../..');
const READY_WITHIN_MS = 60_000;

export interface Brim {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process until it was ready. */
  readonly startMs: number;
  /** Its resident memory. */
  memoryBytes(): Promise<number>;
  close(): Promise<void>;
}

/** @param inspectorPort where Node's inspector listens. Left out: nowhere. */
export async function openBrim(databaseUrl: string, inspectorPort?: number): Promise<Brim> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const inspector = inspectorPort === undefined ? [] : [`--inspect=127.0.0.1:${inspectorPort}`];
  const child = spawn(process.execPath, [...inspector, path.join(ROOT, 'bin/brim.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      LOG_LEVEL: 'error',
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: url,
      BRIM_ALLOW_INSECURE_PUBLIC_URL: 'true',
      DATABASE_URL: databaseUrl,
      BRIM_SECRET_KEY: KEY,
      BRIM_TOKEN_SECRET: secret(),
      STRIPE_SECRET_KEY: `sk_test_${secret()}`,
      STRIPE_WEBHOOK_SECRET: `whsec_${secret()}`,
      BRIM_ALLOW_TEST_PAYMENTS: 'true',
      BRIM_POINTS_PER_KEY: '999999999999',
    },
  });
  const ended = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  await untilReady(url, () => child.exitCode);
  const startMs = performance.now() - started;
  return {
    url,
    pid: child.pid ?? 0,
    startMs,
    async memoryBytes() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1_024;
    },
    async close() {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', kill);
    },
  };
}

async function untilReady(url: string, exitCode: () => number | null): Promise<void> {
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until && exitCode() === null) {
    const isReady = await fetch(`${url}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(exitCode() === null ? 'Brim was not ready in time' : 'Brim did not start');
}
