/**
 * Where processes race: two Brims on one database with the seed's shop in it, which know nothing of
 * each other.
 */
import { afterAll, beforeAll } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { freshDatabase } from '../support/postgres.ts';
import { type BrimProcess, type BrimProcesses, brimProcesses } from '../support/process.ts';
import { openShop } from '../support/shop.ts';
import { openSql, type Sql } from '../support/witness.ts';

export interface Stage {
  /** A process of its own, that can be paused and killed. */
  readonly there: BrimProcess;
  /** In the test's own process. */
  readonly here: TestBrim;
  readonly databaseUrl: string;
  readonly sql: Sql;
  /** Starts further ones, ended with the rest. */
  readonly processes: BrimProcesses;
}

/**
 * To be called inside `describe`: it is open before the first test, and all that it started is gone
 * after the last.
 */
export function raceStage(): Stage {
  const processes = brimProcesses();
  const closers: (() => Promise<void>)[] = [processes.end];
  let opened: Omit<Stage, 'processes'> | undefined;

  beforeAll(async () => {
    const database = await freshDatabase();
    closers.unshift(database.drop);
    const sql = await openSql(database.url);
    closers.push(sql.close);
    const starting = processes.start({ database: { url: database.url } });
    const here = await openShop({ databaseUrl: database.url });
    closers.push(here.close);
    opened = { there: await starting, here, sql, databaseUrl: database.url };
  });

  afterAll(async () => {
    for (let close = closers.pop(); close; close = closers.pop()) await close();
  });

  const onStage = () => {
    if (!opened) throw new Error('the stage opens before the first test, not before that');
    return opened;
  };
  return {
    processes,
    get there() {
      return onStage().there;
    },
    get here() {
      return onStage().here;
    },
    get databaseUrl() {
      return onStage().databaseUrl;
    },
    get sql() {
      return onStage().sql;
    },
  };
}

/** The one process for one item, the other for the next. */
export function alternate({ there, here }: Pick<Stage, 'there' | 'here'>, index: number): Pick<TestBrim, 'data' | 'query'> {
  return index % 2 === 0 ? there : here;
}
