import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { isDatabaseAway, openDatabase } from '../../src/database/database.ts';
import { openEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { openPostgresBus } from '../../src/feed/bus.ts';
import { openLog } from '../../src/platform/log.ts';
import type { Answer, TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { alternate, openSharedShop } from '../support/shop/two-processes.ts';
import { balanceOf, createCustomer, fillShop, grant, MESSAGES, track } from '../support/shop.ts';
import { expectSound, openSql, type Sql, until, watch } from '../support/witness.ts';
import { openHangUp } from './hang-up.ts';

/**
 * The answer to a client while the database is away: it may try again, said in a way that a program
 * understands.
 */
function expectRetryable({ errors = [] }: Answer): void {
  expect(errors.length).toBeGreaterThan(0);
  for (const { extensions } of errors) {
    expect(extensions).toMatchObject({ code: expect.stringMatching(/^(UNAVAILABLE|OUTCOME_UNKNOWN)$/), retryable: true });
  }
}

function use(brim: Pick<TestBrim, 'query'>, customerId: string, idempotencyKey: string): Promise<Answer> {
  return brim.query(
    `mutation ($input: TrackInput!) { track(input: $input) {
       __typename ... on TrackSuccess { replayed entry { sequence } } ... on Error { message }
     } }`,
    { input: { customerId, featureId: MESSAGES, idempotencyKey } },
  );
}

function look(brim: Pick<TestBrim, 'query'>, customerId: string): Promise<Answer> {
  return brim.query(
    `query ($id: ID!) {
       customer(id: $id) { balance(featureId: "${MESSAGES}") { remaining } purchases { nodes { id plan { name } } } }
       check(input: { customerId: $id, featureId: "${MESSAGES}" }) { allowed }
     }`,
    { id: customerId },
  );
}

describe('a server that ends a connection in the moment in which it is ready', () => {
  let database: FreshDatabase;
  let sql: Sql;

  beforeAll(async () => {
    database = await freshDatabase();
    sql = await openSql(database.url);
  });
  afterAll(async () => {
    await sql?.close();
    await database?.drop();
  });

  // An error event without a listener would end the process, and this run with it.
  it('is away for the asker, and no process dies of it', async () => {
    const hangUp = await openHangUp(database.url, sql, 'brim');
    const away = openDatabase({ url: hangUp.url });
    for (let round = 0; round < 3; round += 1) {
      await expect(away.transaction(async () => 'done')).rejects.toSatisfy(isDatabaseAway);
      await expect(away.client.$queryRaw`SELECT 1`).rejects.toSatisfy(isDatabaseAway);
    }
    await away.close();
    await hangUp.close();
  });

  it('is no feed for a listener, and no process dies of it', async () => {
    const hangUp = await openHangUp(database.url, sql, 'brim feed');
    const listener = { onEntries: () => undefined, onPurchase: () => undefined, resync: async () => undefined };
    const notify = async () => undefined;
    for (let round = 0; round < 3; round += 1) {
      await expect(openPostgresBus({ url: hangUp.url, notify, log: openLog('silent'), listener })).rejects.toThrow();
    }
    await hangUp.close();
  });
});

describe.concurrent('a database that ends every connection under load', () => {
  const shop = openSharedShop();

  it('every answer is a success or says that it may be sent again; sent again with its key, each counts once', {
    timeout: patience(120_000),
  }, async () => {
    const customerId = 'cut_under_load';
    await createCustomer(shop.here, customerId);
    await grant(shop.here, { customerId, amount: '990' });
    const keys = Array.from({ length: 160 }, (_, index) => `use-${index}`);
    const unsent = [...keys];
    let answered = 0;
    let refused = 0;

    const ask = async (question: () => Promise<Answer>): Promise<Answer> => {
      for (;;) {
        const answer = await question();
        if (!answer.errors) return answer;
        expectRetryable(answer);
        refused += 1;
      }
    };
    const sendOneByOne = async (brim: Pick<TestBrim, 'query'>) => {
      for (let key = unsent.shift(); key !== undefined; key = unsent.shift()) {
        const idempotencyKey = key;
        const { data } = await ask(() => use(brim, customerId, idempotencyKey));
        expect(data.track).toMatchObject({ __typename: 'TrackSuccess' });
        await ask(() => look(brim, customerId));
        answered += 1;
      }
    };
    const cut = async () => {
      for (const after of [20, 60, 100]) {
        await until(() => expect(answered).toBeGreaterThanOrEqual(after), 20_000);
        await shop.sql.rows(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'brim%'`,
        );
      }
    };
    await Promise.all([cut(), ...Array.from({ length: 20 }, (_, index) => sendOneByOne(alternate(shop, index)))]);

    expect(refused).toBeGreaterThan(0);
    const entries = await expectSound(shop.sql, customerId);
    expect(
      entries
        .filter((entry) => entry.kind === 'USAGE')
        .map((entry) => entry.key)
        .sort(),
    ).toEqual([...keys].sort());
    expect(await balanceOf(shop.there, customerId)).toMatchObject({ remaining: '840', usage: '160' });
  });
});

describe.concurrent('a database server that is stopped and started again', () => {
  const processes = brimProcesses();

  /** A Brim with a database server, of one test alone. */
  async function openWithServer({ onTestFinished }: TestContext) {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'brim-away-'));
    await chmod(dataDir, 0o755);
    const brim = await processes.start({ database: { dataDir } });
    onTestFinished(async () => {
      // After a failed test it still runs, and with it the server.
      brim.kill();
      await brim.exited;
      await until(async () => {
        await (await openEmbeddedPostgres({ dataDir, log: () => undefined })).close();
      }, 20_000);
      await rm(dataDir, { recursive: true, force: true });
    });
    return { brim, dataDir };
  }

  /**
   * Ends the server, and lets Brim bring it back when `letReturn` is called: until then a file is
   * missing that it needs.
   */
  async function stopServer(dataDir: string): Promise<{ letReturn(): Promise<void> }> {
    const dir = path.join(dataDir, 'postgres');
    const version = path.join(dir, 'PG_VERSION');
    await rename(version, `${version}.away`);
    process.kill(Number.parseInt(await readFile(path.join(dir, 'postmaster.pid'), 'utf8'), 10), 'SIGQUIT');
    return { letReturn: () => rename(`${version}.away`, version) };
  }

  it('Brim says so, heals by itself, and a live subscription goes on without a gap', {
    timeout: patience(120_000),
  }, async (context) => {
    const { brim, dataDir } = await openWithServer(context);
    const customerId = 'user_123';
    await fillShop(brim);
    await createCustomer(brim, customerId);
    const seen = await watch(brim.socket(), customerId);
    await track(brim, { customerId });
    const readiness = async () => (await fetch(`${brim.url}/ready`)).status;
    expect(await readiness()).toBe(200);

    const stopped = await stopServer(dataDir);
    await until(async () => expect(await readiness()).toBe(503), 30_000);
    expectRetryable(await use(brim, customerId, 'while away'));
    expectRetryable(await look(brim, customerId));
    expect((await fetch(`${brim.url}/health`)).status).toBe(200);

    await until(async () => expect(await (await fetch(`${brim.url}/ready`)).text()).toContain('put it back'), 30_000);
    await stopped.letReturn();
    await until(async () => expect(await readiness()).toBe(200), 30_000);
    const { data } = await use(brim, customerId, 'while away');
    expect(data.track).toMatchObject({ __typename: 'TrackSuccess', replayed: false, entry: { sequence: 3 } });
    await track(brim, { customerId });
    await seen.sees(4, 30_000);
    seen.expectGapless();
    expect(seen.pushes.map((push) => push.balance.remaining)).toEqual(['10', '9', '8', '7']);

    brim.kill('SIGTERM');
    expect(await brim.exited).toEqual({ code: 0, signal: null });
  });

  it('Brim follows it to another port, where somebody took its own meanwhile', {
    timeout: patience(120_000),
  }, async (context) => {
    const { brim, dataDir } = await openWithServer(context);
    const customerId = 'user_moved';
    await fillShop(brim);
    await createCustomer(brim, customerId);
    const seen = await watch(brim.socket(), customerId);
    await track(brim, { customerId });
    const [pid = 0, , , port = 0] = (await readFile(path.join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'))
      .split('\n')
      .map(Number);
    const stopped = await stopServer(dataDir);
    await until(() => expect(() => process.kill(pid, 0)).toThrow());
    const taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    await stopped.letReturn();
    await until(async () => {
      const { data } = await use(brim, customerId, 'at the other port');
      expect(data?.track).toMatchObject({ __typename: 'TrackSuccess', entry: { sequence: 3 } });
    }, 30_000);
    await seen.sees(3, 30_000);
    seen.expectGapless();
    expect((await fetch(`${brim.url}/ready`)).status).toBe(200);
    taken.close();
    brim.kill('SIGTERM');
    expect(await brim.exited).toEqual({ code: 0, signal: null });
  });
});
