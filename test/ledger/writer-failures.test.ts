import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { decimal } from '../../src/values/decimal.ts';
import { OutcomeUnknownError, UnavailableError } from '../../src/values/errors.ts';
import { freshDatabase } from '../support/postgres.ts';
import { command, type Fixture, openAccounts, openFixture } from './fixture.ts';
import { FEATURE, grant, use } from './postings.ts';

type Transaction = Fixture['database']['transaction'];

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

const sequence = (customerId: string) => fixture.openLedger().reads.sequence(customerId);

describe('when the outcome of a commit is unknown', () => {
  const lost = Object.assign(new Error('Server has closed the connection.'), { code: 'P1017' });
  /** Commits, and loses the answer. */
  const committedThenLost: Transaction = async (work) => {
    await fixture.database.transaction(work);
    throw lost;
  };
  /** Does the work, and loses the connection before the commit arrives. */
  const lostThenRolledBack: Transaction = async (work) => {
    const rolledBack = fixture.database.transaction(async (transaction) => {
      await work(transaction);
      throw new Error('rolled back');
    });
    return rolledBack.catch(() => Promise.reject(lost));
  };

  test.each([
    ['it was done', committedThenLost, true],
    ['it was not done', lostThenRolledBack, false],
  ])('and %s: every caller may retry with its key, which counts once', async (name, transaction, wasDone) => {
    const customerId = name.replaceAll(' ', '-');
    const handedOn: unknown[] = [];
    await openAccounts(fixture.openLedger(), [customerId], grant('g', '10'));
    const ledger = fixture.openLedger({ transaction, onCommitted: (entries) => handedOn.push(...entries) });
    const posts = ['k1', 'k2'].map((key) => ledger.post(command(customerId, use('1'), key)));
    for (const result of await Promise.allSettled(posts)) {
      expect(result).toMatchObject({ reason: { code: 'OUTCOME_UNKNOWN', retryable: true, constructor: OutcomeUnknownError } });
    }
    expect(await sequence(customerId)).toBe(wasDone ? 3n : 1n);
    expect(handedOn).toEqual([]);

    const working = fixture.openLedger();
    const again = await Promise.all(['k1', 'k2'].map((key) => working.post(command(customerId, use('1'), key))));
    expect(again.map(({ replayed }) => replayed)).toEqual([wasDone, wasDone]);
    expect(await working.reads.balance({ customerId, featureId: FEATURE })).toMatchObject({
      remaining: decimal('8'),
      version: 3n,
    });
  });
});

describe('when the database cannot be reached', () => {
  test('every caller gets a retryable error, and no second attempt is made', async () => {
    const { url, drop } = await freshDatabase();
    await drop();
    const database = openDatabase({ url });
    let attempts = 0;
    const ledger = fixture.openLedger({
      transaction: (work) => {
        attempts += 1;
        return database.transaction(work);
      },
    });
    const results = await Promise.allSettled([1, 2, 3].map(() => ledger.post(command('ada', use('1')))));
    for (const result of results) expect(result).toMatchObject({ reason: { retryable: true, constructor: UnavailableError } });
    expect(attempts).toBe(1);
    await database.close();
  });

  test('nothing is done after the connection broke in the middle, and the next post works', async () => {
    await openAccounts(fixture.openLedger(), ['broken'], grant('g', '10'));
    let breaks = true;
    const ledger = fixture.openLedger({
      transaction: (work) =>
        fixture.database.transaction(async (transaction) => {
          // As an administrator ends a connection: the statement that is sent next finds it gone.
          if (breaks) await transaction.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`;
          return work(transaction);
        }),
    });
    await expect(ledger.post(command('broken', use('1'), 'k'))).rejects.toBeInstanceOf(UnavailableError);
    breaks = false;
    expect(await ledger.post(command('broken', use('1'), 'k'))).toMatchObject({ replayed: false });
    expect(await sequence('broken')).toBe(2n);
  });
});

describe('when another transaction has locked an account', () => {
  /** As the writer's transactions, but they wait for a lock only so long. */
  const impatient: Transaction = (work) =>
    fixture.database.transaction(async (transaction) => {
      await transaction.$executeRaw`SET LOCAL lock_timeout = '100ms'`;
      return work(transaction);
    });

  test('its callers get a retryable error, and those of other accounts are served', async () => {
    await openAccounts(fixture.openLedger(), ['held', 'free'], grant('g', '10'));
    const ledger = fixture.openLedger({ transaction: impatient });
    await fixture.database.transaction(async (holder) => {
      await holder.$queryRaw`SELECT 1 FROM account WHERE customer_id = 'held' FOR NO KEY UPDATE`;
      const [held, free] = await Promise.allSettled([
        ledger.post(command('held', use('1'))),
        ledger.post(command('free', use('1'))),
      ]);
      expect(held).toMatchObject({
        reason: { message: expect.stringContaining('account is busy'), constructor: UnavailableError },
      });
      expect(free).toMatchObject({ value: { applied: true } });
    });
    expect([await sequence('held'), await sequence('free')]).toEqual([1n, 2n]);
    expect(await ledger.post(command('held', use('1')))).toMatchObject({ applied: true });
  });

  test('a wait that ends in time costs nothing but the wait, and what was written meanwhile is seen', async () => {
    await openAccounts(fixture.openLedger(), ['awaited'], grant('g', '10'));
    const ledger = fixture.openLedger();
    let waiting: Promise<unknown> | undefined;
    await fixture.database.transaction(async (holder) => {
      await holder.$queryRaw`SELECT 1 FROM account WHERE customer_id = 'awaited' FOR NO KEY UPDATE`;
      waiting = ledger.post(command('awaited', use('10', 'REJECT'))).catch((refusal: unknown) => refusal);
      await fixture.untilSomebodyWaitsForALock();
      await holder.$executeRaw`UPDATE "grant" SET remaining = 0, open = false WHERE customer_id = 'awaited'`;
      await holder.$executeRaw`UPDATE balance SET remaining = 0, usage = 10 WHERE customer_id = 'awaited'`;
    });
    expect(await waiting).toMatchObject({ code: 'INSUFFICIENT_BALANCE', remaining: 0n });
  });
});

test('an unexpected error of one command reaches its caller only, unchanged', async () => {
  await openAccounts(fixture.openLedger(), ['surprised'], grant('g', '10'));
  const ledger = fixture.openLedger({ transaction: () => Promise.reject(new TypeError('a surprise')) });
  await expect(ledger.post(command('surprised', use('1')))).rejects.toThrow(TypeError);
});

test('a listener that throws costs no caller its answer, and the writer continues', async () => {
  await openAccounts(fixture.openLedger(), ['heard'], grant('g', '10'));
  const ledger = fixture.openLedger({
    onCommitted: () => {
      throw new Error('the listener is broken');
    },
  });
  expect(await ledger.post(command('heard', use('1')))).toMatchObject({ applied: true });
  expect(await ledger.post(command('heard', use('1')))).toMatchObject({ applied: true });
  await ledger.close();
});
