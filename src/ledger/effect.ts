import type { Transaction } from '../database/database.ts';

/**
 * A set-based statement that another room registers. The ledger runs it in its own transaction,
 * after it has locked the accounts and before it posts. So a purchase becomes ACTIVE exactly when
 * its grant exists, and a customer exists exactly when its free plan is attached.
 */
export interface Effect<Input = unknown> {
  readonly name: string;
  /**
   * Runs once for all calls of a batch, in their order. Returns "go" for each call, or "done" if it
   * was done before. Of two equal calls in one batch the first is "go" and the second "done".
   * Writes nothing for a call that is done.
   */
  apply(transaction: Transaction, inputs: readonly Input[], now: Date): Promise<readonly Verdict[]>;
}

export type Verdict = 'go' | 'done';
