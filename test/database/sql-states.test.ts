import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { failedCommit, notDone, perhapsDone, reading } from '../../src/database/database.ts';
import { failureOf } from '../../src/database/failure.ts';
import { type DatabaseFailure, meaningOf } from '../../src/database/sql-states.ts';
import { findBinaries } from '../../src/embedded/binaries.ts';
import { OutcomeUnknownError, OverloadedError, UnavailableError, UnreadableError } from '../../src/values/errors.ts';

/** All codes of this PostgreSQL, from the list in its distribution. */
async function readCodes(): Promise<readonly string[]> {
  const { postgres } = await findBinaries();
  const list = await readFile(path.join(path.dirname(postgres), '../share/postgresql/errcodes.txt'), 'utf8');
  return [...new Set(list.split('\n').flatMap((line) => /^([0-9A-Z]{5})\s+E\s/.exec(line)?.[1] ?? []))];
}

/** Every code of a database failure. All others are mistakes of a statement. */
const TROUBLES: Readonly<Record<DatabaseFailure['kind'], readonly string[]>> = {
  lost: '08000 08003 08006 08007 08P01 25P03 25P04 40003 57000 57P01 57P02 57P04 57P05'.split(' '),
  unreachable: '08001 08004 28000 28P01 3D000 53300 57P03'.split(' '),
  busy: '40000 40001 40P01 55006 55P03'.split(' '),
  slow: ['57014'],
  unable: '25006 40002 53000 53100 53200 53400 58000 58030 58P01 58P02 58P03 F0000 F0001 XX000 XX001 XX002'.split(' '),
  crowded: [],
};

test('every error code of PostgreSQL is the right kind of failure, or a mistake of the statement', async () => {
  const codes = await readCodes();
  expect(codes.length).toBeGreaterThan(230);
  const expected = new Map(Object.entries(TROUBLES).flatMap(([kind, states]) => states.map((state) => [state, kind] as const)));
  expect([...expected.keys()].filter((state) => !codes.includes(state))).toEqual([]);
  for (const code of codes) expect({ code, kind: meaningOf(code)?.kind }).toEqual({ code, kind: expected.get(code) });
});

test('codes of Prisma and Node that look like a SQLSTATE are none', () => {
  for (const code of ['P2010', 'P2034', 'EPIPE', 'P1001']) expect(meaningOf(code)).toBeUndefined();
});

/** Wraps the driver's error as Prisma does. */
const reported = (code: string) =>
  Object.assign(new Error('Raw query failed'), {
    code: 'P2010',
    meta: { driverAdapterError: { cause: { originalCode: code, kind: 'postgres', code } } },
  });
const crowded = new Error('timeout exceeded when trying to connect');
const closed = Object.assign(new Error('Server has closed the connection.'), { code: 'P1017' });
const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const timedOut = Object.assign(new Error('Transaction API error: Unable to start a transaction in the given time.'), {
  code: 'P2028',
});

test.each([
  ['a full disk', reported('53100'), UnavailableError, UnavailableError, UnavailableError, UnreadableError],
  ['an error of the disk', reported('58030'), UnavailableError, UnavailableError, UnavailableError, UnreadableError],
  ['a standby', reported('25006'), UnavailableError, UnavailableError, UnavailableError, UnreadableError],
  ['a statement that took too long', reported('57014'), UnavailableError, UnavailableError, UnavailableError, UnreadableError],
  ['a deadlock', reported('40P01'), UnavailableError, UnavailableError, UnavailableError, UnreadableError],
  ['a serialization failure', reported('40001'), UnavailableError, UnavailableError, UnavailableError, UnreadableError],
  ['a server that is not there', refused, UnavailableError, UnavailableError, UnavailableError, UnreadableError],
  ['a session that was ended', reported('57P01'), UnavailableError, OutcomeUnknownError, OutcomeUnknownError, UnreadableError],
  ['a connection that broke', closed, UnavailableError, OutcomeUnknownError, OutcomeUnknownError, UnreadableError],
  ['a pool without a free connection', crowded, OverloadedError, OverloadedError, OverloadedError, OverloadedError],
  ['a transaction that found none', timedOut, OverloadedError, OverloadedError, OverloadedError, OverloadedError],
  ['a mistake of ours', reported('42601'), Error, Error, OutcomeUnknownError, Error],
])(
  '%s: what is said before a commit, of a single write, of a commit, and of a read',
  async (_, error, before, alone, commit, read) => {
    const unread = await reading(() => Promise.reject(error)).catch((reason: unknown) => reason);
    const said = [notDone(error), perhapsDone(error), failedCommit(error), unread];
    expect(said.map((each) => (each instanceof Error ? each.constructor : each))).toEqual([before, alone, commit, read]);
    for (const each of said) {
      if (each === error) continue;
      expect(each).toMatchObject({ retryable: true, cause: error });
      const speaksOfNothingDone = each instanceof Error && each.message.includes('Nothing was done');
      expect(speaksOfNothingDone).toBe(each !== unread && !(each instanceof OutcomeUnknownError));
    }
  },
);

test('a failure is found at any depth, and in a cycle of causes', () => {
  const ring: { cause?: unknown } = {};
  ring.cause = { cause: ring, meta: reported('53100') };
  expect(failureOf(new Error('outer', { cause: ring }))).toMatchObject({ reason: 'The disk of the database is full.' });
});
