/**
 * One shop, served by two Brims on one database, which know nothing of each other: where processes
 * race.
 */
import { afterAll, beforeAll } from 'vitest';
import type { TestBrim } from '../brim.ts';
import { freshDatabase } from '../postgres.ts';
import { type BrimProcess, type BrimProcesses, brimProcesses } from '../process.ts';
import { openShop } from '../shop.ts';
import { openSql, type Sql } from '../witness.ts';

export interface SharedShop {
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
export function openSharedShop(): SharedShop {
  const processes = brimProcesses();
  const closers: (() => Promise<void>)[] = [processes.end];
  let opened: Omit<SharedShop, 'processes'> | undefined;

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

  const inside = () => {
    if (!opened) throw new Error('the shop opens before the first test, not before that');
    return opened;
  };
  return {
    processes,
    get there() {
      return inside().there;
    },
    get here() {
      return inside().here;
    },
    get databaseUrl() {
      return inside().databaseUrl;
    },
    get sql() {
      return inside().sql;
    },
  };
}

/** The one process for one item, the other for the next. */
export function alternate({ there, here }: Pick<SharedShop, 'there' | 'here'>, index: number): Pick<TestBrim, 'data' | 'query'> {
  return index % 2 === 0 ? there : here;
}
