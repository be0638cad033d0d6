/**
 * Every answer is true amid faults: commands of every verb over GraphQL, sockets and /v1, while
 * sessions end, answers are lost, the disk is full, the database server restarts and a Brim is
 * killed. Afterwards the test compares all answers with the tables.
 */
import { expect, it } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { expectPromisesKept } from '../properties/promises.ts';
import { seed } from '../properties/seed.ts';
import { readTables } from '../properties/tables.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { brimProcesses } from '../support/process.ts';
import { run } from './checker/run.ts';
import { CUSTOMERS } from './checker/workload.ts';

const RUNS = isLong ? 10 : 1;
const COMMANDS = isLong ? 2_000 : 110;

const processes = brimProcesses();

it.each(Array.from({ length: RUNS }, (_, index) => seed + index))(
  `seed %i: ${COMMANDS} commands, and all that was said of them is true`,
  {
    timeout: patience(isLong ? 1_800_000 : 120_000),
  },
  async (each) => {
    const { falsehoods, faults, stories, databaseUrl, close } = await run({
      ...{ seed: each, commands: COMMANDS, processes },
      ...(isLong ? { every: 20, slowEvery: 150 } : { every: 8, slowEvery: 38 }),
    });
    try {
      expect({ seed: each, falsehoods, faults: falsehoods.length > 0 ? faults : [] }).toEqual({
        seed: each,
        falsehoods: [],
        faults: [],
      });
      // It would prove nothing if nothing had gone wrong.
      const outcomes = new Set(stories.flatMap(({ attempts }) => attempts.flat()));
      expect([...outcomes]).toEqual(expect.arrayContaining(['done', 'nothing']));
      const database = openDatabase({ url: databaseUrl });
      try {
        for (const tables of await readTables(database, CUSTOMERS)) expectPromisesKept(tables, Date.now());
      } finally {
        await database.close();
      }
    } finally {
      await close();
    }
  },
);
