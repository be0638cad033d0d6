/**
 * Reads from the replica that DATABASE_READ_URL names, so that nobody sees less than anybody was
 * answered before, and nothing that the primary does not show yet.
 *
 * Each read is a transaction on one connection, because an address may lead to several replicas:
 * it waits a moment until the replica has replayed up to the primary's position, reads, and makes
 * sure that the primary shows the same. That costs two short statements on the primary.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { DomainError } from '../values/errors.ts';
import type { DatabaseUrl } from './connection.ts';
import { openPool } from './connection-pool.ts';
import { ANY_COMMITTED, RUNNING, SHOWN_BEFORE } from './replica-shown.ts';
import { judge, POSITION, type Position, STANDING, type Standing, type Verdict } from './replica-standing.ts';
import { STATEMENT_TYPES, type StatementValue, toParameter } from './statement-values.ts';
import type { Statements } from './statements.ts';

export interface Replica {
  /**
   * @throws ReplicaError where it may not answer; DomainError where the primary does not say how
   * far it is; any error of the replica's connection.
   */
  read<Row>(text: string, values: readonly StatementValue[]): Promise<readonly Row[]>;
  /** Shortens the deadlines, for a shutdown. */
  hurry(): void;
  close(): Promise<void>;
}

/** The replica may not answer now. The message says why: it begins with "it" or "the primary". */
export class ReplicaError extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'ReplicaError';
  }
}

/** Reports are few, and the ledger lets five long ones run at once. */
const CONNECTIONS = 6;
/** Then the primary answers. */
const CONNECT_MS = 1_000;
/** How long a read waits for the replica to catch up, and for the primary to show what it has. */
const PATIENCE_MS = 250;

type Ask = <Row>(text: string, values?: readonly StatementValue[]) => Promise<readonly Row[]>;

export function openReplica(url: DatabaseUrl, primary: Pick<Statements, 'read'>): Replica {
  const pool = openPool({ url, poolSize: CONNECTIONS, waitMs: CONNECT_MS, settings: [], onRefused: () => undefined });

  async function inTransaction<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result> {
    const connection = await pool.connections.connect();
    try {
      await connection.query('BEGIN');
      const result = await work(askOn(connection));
      await connection.query('COMMIT');
      connection.release();
      return result;
    } catch (error) {
      connection.release(true);
      throw error;
    }
  }

  return {
    async read<Row>(text: string, values: readonly StatementValue[]) {
      const position = await positionOf(primary);
      return inTransaction(async (ask) => {
        const verdict = await judgeSoon(ask, position);
        if (verdict.is !== 'current') throw new ReplicaError(reasonOf(verdict));
        const rows = await ask<Row>(text, values);
        await shownByPrimary(ask, primary.read);
        return rows;
      });
    },
    hurry: pool.hurry,
    async close() {
      pool.stop();
      await pool.connections.end();
    },
  };
}

function askOn(connection: pg.PoolClient): Ask {
  return async <Row>(text: string, values: readonly StatementValue[] = []) =>
    (await connection.query({ text, values: values.map(toParameter), types: STATEMENT_TYPES })).rows as Row[];
}

/** @throws DomainError where the primary does not answer. */
async function positionOf(primary: Pick<Statements, 'read'>): Promise<Position> {
  const [position] = await primary.read<Position>(POSITION).catch((error: unknown) => {
    if (error instanceof DomainError) throw error;
    throw new ReplicaError(`the primary does not say how far it has written: ${error}.`);
  });
  if (!position) throw new ReplicaError('the primary does not say how far it has written.');
  return position;
}

/**
 * Judges a replica that may be a moment behind. @param ask runs statements on it, all on one
 * connection.
 */
export async function judgeSoon(ask: Ask, position: Position): Promise<Verdict> {
  let verdict: Verdict = { is: 'unfit', why: 'it says nothing.' };
  await comesTrue(async () => {
    const [standing] = await ask<Standing>(STANDING, [position.lsn]);
    if (standing) verdict = judge(position, standing);
    return verdict.is !== 'behind';
  });
  return verdict;
}

function reasonOf(verdict: Exclude<Verdict, { is: 'current' }>): string {
  return verdict.is === 'unfit' ? verdict.why : `it is ${verdict.bytes} bytes behind the primary.`;
}

/** Resolves when the primary shows all that the replica has shown in this transaction. */
async function shownByPrimary(ask: Ask, askPrimary: Ask): Promise<void> {
  const [snapshot] = await ask<{ shown: string }>(SHOWN_BEFORE);
  const isShown = await comesTrue(async () => {
    const [primary] = await askPrimary<{ running: readonly string[] }>(RUNNING, [snapshot?.shown ?? null]);
    if (primary?.running.length === 0) return true;
    const [ended] = await ask<{ committed: boolean }>(ANY_COMMITTED, [primary?.running ?? []]);
    return ended?.committed === false;
  });
  if (!isShown) throw new ReplicaError('it has commits that the primary does not show yet: they wait for another standby.');
}

/** Asks again, with longer and longer pauses, for as long as a read may wait. */
async function comesTrue(ask: () => Promise<boolean>): Promise<boolean> {
  const endMs = performance.now() + PATIENCE_MS;
  for (let pauseMs = 1; ; pauseMs *= 2) {
    if (await ask()) return true;
    if (performance.now() + pauseMs > endMs) return false;
    await wait(pauseMs);
  }
}
