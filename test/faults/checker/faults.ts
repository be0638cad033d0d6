/** What goes wrong while commands are under way: one thing after another, drawn by lot. */
import type { Sql } from '../../support/witness.ts';
import type { Draw } from './draw.ts';
import type { FaultyWay, Loss } from './way.ts';

export interface FaultsDeps {
  readonly sql: () => Sql;
  readonly ways: readonly FaultyWay[];
  /** Both take a while, and so are done seldom. */
  readonly restartServer: () => Promise<void>;
  readonly killBrim: () => Promise<void>;
}

type Fault = readonly [name: string, run: (deps: FaultsDeps, draw: Draw) => Promise<unknown> | unknown];

const BRIM = `datname = current_database() AND application_name LIKE 'brim%'`;
const TABLES = ['ledger_entry', 'customer', 'feature', 'plan', 'purchase'];

/**
 * Lets a share of all writes meet a full disk. A row holds the share, because changing a row needs
 * no lock on another table.
 */
export async function prepareFullDisk(sql: Sql): Promise<void> {
  await sql.rows('CREATE TABLE full_disk (share float8 NOT NULL)');
  await sql.rows('INSERT INTO full_disk VALUES (0)');
  await sql.rows(`CREATE FUNCTION meet_full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF random() < (SELECT share FROM full_disk) THEN
        RAISE EXCEPTION 'could not extend file' USING ERRCODE = (ARRAY['53100', '53200', '58030'])[1 + floor(random() * 3)];
      END IF;
      RETURN NULL;
    END $$`);
  for (const table of TABLES) {
    await sql.rows(`CREATE TRIGGER meet_full_disk BEFORE INSERT OR UPDATE ON ${table} EXECUTE FUNCTION meet_full_disk()`);
    await sql.rows(`CREATE CONSTRAINT TRIGGER meet_full_disk_late AFTER INSERT OR UPDATE ON ${table} DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION meet_full_disk()`);
  }
}

const lose = (what: 'COMMIT' | 'anything', loss: Loss, times: number): Fault => [
  `${what} loses its ${loss}, ${times} times`,
  ({ ways }, draw) => {
    for (let time = 0; time < times; time += 1) draw.one(ways).lose(what, loss);
  },
];

const QUICK: readonly Fault[] = [
  ['every session is ended', ({ sql }) => sql().rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${BRIM}`)],
  [
    'the busy sessions are ended',
    ({ sql }) => sql().rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${BRIM} AND state <> 'idle'`),
  ],
  [
    'every statement takes too long',
    ({ sql }) => sql().rows(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE ${BRIM} AND state <> 'idle'`),
  ],
  ['the disk gets full', ({ sql }) => sql().rows('UPDATE full_disk SET share = 0.2')],
  ['the disk is as it should be', ({ sql }) => sql().rows('UPDATE full_disk SET share = 0')],
  lose('COMMIT', 'question', 2),
  lose('COMMIT', 'answer', 2),
  ...[2, 3, 4, 5, 6].map((times) => lose('COMMIT', 'rest', times)),
  lose('anything', 'question', 2),
  lose('anything', 'answer', 2),
];

const SLOW: readonly Fault[] = [
  ['a Brim is killed', ({ killBrim }) => killBrim()],
  ['the database server is restarted', ({ restartServer }) => restartServer()],
];

/** One after another: a quick one after so many answers, a slow one after so many commands. */
export function openFaults(deps: FaultsDeps, draw: Draw, { every, slowEvery }: { every: number; slowEvery: number }) {
  const done: string[] = [];
  let last: Promise<unknown> = Promise.resolve();
  let answers = 0;
  let isOver = false;

  function run([name, fault]: Fault): void {
    if (isOver) return;
    done.push(`after ${answers} answers ${name}`);
    // A fault that finds no server does nothing; the next one may find it.
    last = last.then(() => fault(deps, draw)).catch(() => undefined);
  }

  return {
    done: done as readonly string[],
    answered(): void {
      answers += 1;
      if (answers % every === 0) run(draw.one(QUICK));
    },
    /** As many commands were sent by now. */
    sent(commands: number): void {
      const turn = commands / slowEvery;
      const slow = Number.isInteger(turn) ? SLOW[(turn - 1) % SLOW.length] : undefined;
      if (slow) run(slow);
    },
    /** Resolves when the last of them is over, everything arrives, and the disk has room again. */
    async end(): Promise<void> {
      isOver = true;
      await last;
      for (const way of deps.ways) way.mend();
      await deps.sql().rows('UPDATE full_disk SET share = 0');
    },
  };
}
