import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { patience } from '../support/deadlines.ts';
import { brimProcesses } from '../support/process.ts';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { balanceOf, createCustomer, fillShop, grant, track } from '../support/shop.ts';
import { expectSound, until } from '../support/witness.ts';

describe.concurrent('kill -9 in the middle of a stream of uses', () => {
  const shop = openSharedShop();
  const USES = 240;

  it('every answered one is there, and the unanswered ones, sent again with their keys, count once each', async () => {
    const customerId = 'streamed';
    await createCustomer(shop.here, customerId);
    await grant(shop.here, { customerId, amount: '490' });
    const keys = Array.from({ length: USES }, (_, index) => `use-${index}`);
    const unsent = [...keys];
    const answered = new Map<string, number>();
    const unanswered: string[] = [];

    const sendOneByOne = async () => {
      for (let key = unsent.shift(); key !== undefined && unanswered.length === 0; key = unsent.shift()) {
        try {
          answered.set(key, (await track(shop.there, { customerId, idempotencyKey: key })).entry.sequence);
          if (answered.size === USES / 3) shop.there.kill();
        } catch {
          unanswered.push(key);
        }
      }
    };
    await Promise.all(Array.from({ length: 24 }, sendOneByOne));
    expect(await shop.there.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(unanswered.length).toBeGreaterThan(0);
    expect(answered.size).toBeLessThan(USES);

    const written = await expectSound(shop.sql, customerId);
    const sequences = new Map(written.map((entry) => [entry.key, entry.sequence]));
    for (const [key, sequence] of answered) expect(sequences.get(key)).toBe(sequence);

    const retried = await Promise.all(
      keys.map((key) => track(shop.here, { customerId, idempotencyKey: key }).then((answer) => ({ ...answer, key }))),
    );
    for (const { key, replayed, entry } of retried) {
      if (!answered.has(key)) continue;
      expect({ key, replayed, sequence: entry.sequence }).toEqual({ key, replayed: true, sequence: answered.get(key) });
    }
    const entries = await expectSound(shop.sql, customerId);
    expect(
      entries
        .filter((entry) => entry.kind === 'USAGE')
        .map((entry) => entry.key)
        .sort(),
    ).toEqual([...keys].sort());
    expect(await balanceOf(shop.here, customerId)).toMatchObject({ remaining: String(500 - USES), usage: String(USES) });
  });
});

describe.concurrent('kill -9 of a Brim with a database of its own', () => {
  const processes = brimProcesses();
  let dataDir: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'brim-killed-'));
    await chmod(dataDir, 0o755);
  });
  afterAll(async () => {
    await processes.end();
    // After a failed test its server may still run: the last Brim that closes stops it.
    await until(async () => {
      if ((await serverPid()) !== undefined) await (await openEmbeddedPostgres({ dataDir, log: () => undefined })).close();
      expect(await serverPid()).toBeUndefined();
    }, 20_000);
    await rm(dataDir, { recursive: true, force: true });
  });

  async function serverPid(): Promise<number | undefined> {
    const text = await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
    return Number.parseInt(text, 10) || undefined;
  }

  it('what was answered is there after the next start, also where its Postgres was killed with it', {
    timeout: patience(120_000),
  }, async () => {
    const customerId = 'user_123';
    const first = await processes.start({ database: { dataDir } });
    await fillShop(first);
    await createCustomer(first, customerId);
    await track(first, { customerId, value: '3', idempotencyKey: 'before the kill' });
    first.kill();
    await first.exited;

    const second = await processes.start({ database: { dataDir } });
    expect(await balanceOf(second, customerId)).toMatchObject({ remaining: '7', version: 2 });
    expect(await track(second, { customerId, value: '3', idempotencyKey: 'before the kill' })).toMatchObject({ replayed: true });
    const postgres = await serverPid();
    if (postgres === undefined) throw new Error('Brim runs without its Postgres');
    await track(second, { customerId, value: '2', idempotencyKey: 'before both are killed' });
    process.kill(postgres, 'SIGKILL');
    second.kill();
    await second.exited;

    const third = await processes.start({ database: { dataDir } });
    expect(await balanceOf(third, customerId)).toMatchObject({ remaining: '5', version: 3 });
    expect(await track(third, { customerId, value: '2', idempotencyKey: 'before both are killed' })).toMatchObject({
      replayed: true,
    });
    third.kill('SIGTERM');
    expect(await third.exited).toEqual({ code: 0, signal: null });
    expect(await serverPid()).toBeUndefined();
  });
});
