import { type Fault, FINDERS, TOTALS } from './tables/verify.ts';
import { nextPart, type Part } from './verify-part.ts';

export type { Fault } from './tables/verify.ts';

/**
 * Recomputes every balance from its entries, and finds what contradicts them. It reads some
 * customers at a time, each time as they are at one moment, so Brim may run meanwhile. The database
 * does the work, and nothing but the faults comes here.
 */
export interface Verified {
  readonly customers: number;
  readonly entries: number;
  /** The first of each balance, grant or customer, in the order of the customers. */
  readonly faults: readonly Fault[];
}

/** A connection of its own, whose statements have no deadline. */
export interface VerifyConnection {
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: unknown[] }>;
}

export interface VerifyOptions {
  /** Called after each part, with what is done of all. */
  readonly onProgress?: (done: number, entries: number) => void;
  /**
   * The customers whose rows are on their way to another id just now. Asked at the moment at which
   * a part is read.
   */
  readonly passesOver?: () => Promise<readonly string[]>;
  /** So many faults end it: more are of no help to anybody. */
  readonly maxFaults?: number;
}

const AT_ONCE = { customers: 20_000, entries: 100_000 };
const MAX_FAULTS = 100;

export async function verifyLedger(connection: VerifyConnection, options: VerifyOptions = {}): Promise<Verified> {
  const { onProgress = () => undefined, maxFaults = MAX_FAULTS, passesOver = async () => [] } = options;
  async function ask<Row>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await connection.query(text, values)).rows as Row[];
  }

  const [total = { customers: 0, entries: 0 }] = await ask<{ customers: number; entries: number }>(TOTALS);
  const faults: Fault[] = [];
  let done = 0;
  let after: string | null = '';
  while (after !== null && faults.length < maxFaults) {
    const { accounts, until }: Part = await nextPart(ask, after, AT_ONCE);
    await ask('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await ask("SET LOCAL statement_timeout = 0; SET LOCAL work_mem = '64MB'");
    const except = await passesOver();
    for (const finder of FINDERS) faults.push(...(await ask<Fault>(finder, [after, until, except])));
    await ask('COMMIT');
    done += accounts.reduce((sum, { entries }) => sum + entries, 0);
    onProgress(done, Math.max(done, total.entries));
    after = until;
  }
  return { customers: total.customers, entries: done, faults: faults.slice(0, maxFaults) };
}
