import type { Transaction } from '../database/database.ts';

/**
 * A set-based statement that another part of Brim registers and the ledger runs inside its own transaction, after the
 * accounts are locked and before anything is posted: so a purchase becomes ACTIVE exactly when its grant exists, and
 * a customer exists exactly when its free plan is attached. The ledger knows this port only.
 */
export interface Effect<Input = unknown> {
  readonly name: string;
  /**
   * Runs once for all calls of one batch, in their order. Answers for each: "go", or "done" where it finds that this was done before
   * (two calls of one batch may mean the same: the first goes, the second is done). Nothing may be written for a
   * call that is done.
   */
  apply(transaction: Transaction, inputs: readonly Input[], now: Date): Promise<readonly Verdict[]>;
}

export type Verdict = 'go' | 'done';
