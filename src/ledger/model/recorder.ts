import type { AccountState } from './account-state.ts';
import type { LedgerEntry } from './types.ts';

/**
 * What another room writes in the statement that writes a batch's entries: it is there exactly when
 * they are. The ledger does not know what it says.
 * @param parameters of the statement; it adds its own.
 * @param condition a WHERE that each of its rows must fulfil by a column customer_id; empty: none.
 * @returns parts for the statement's WITH; none where there is nothing to write.
 */
export type Recorder = (parameters: (string | null)[], moves: Moves, condition: string) => readonly string[];

/** What a batch moves. */
export interface Moves {
  /** Those of one account in their order. */
  readonly entries: readonly LedgerEntry[];
  /** The accounts before the batch. */
  readonly before: ReadonlyMap<string, AccountState>;
  /** Those that it changes, as it leaves them. */
  readonly accounts: readonly AccountState[];
  /** Its one instant. */
  readonly at: Date;
}
