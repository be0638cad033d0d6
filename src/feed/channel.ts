import type { LedgerEntry } from '../ledger/model/types.ts';

/**
 * What the feed knows of one customer's ledger while it has subscribers: the last sequence number,
 * and the last few entries that this process committed, so that most pushes need no read.
 */
export interface Channel {
  /** The highest known sequence number. */
  readonly head: bigint;
  /**
   * How often the ledger was found to have gone back, and to which entry the last time. A
   * subscriber that has seen more gets a snapshot.
   */
  readonly rewinds: number;
  readonly rewoundTo: bigint;
  /** @returns true if the head advanced. */
  advance(sequence: bigint): boolean;
  /** Moves the head back: the database was restored, or another user notified. */
  rewind(sequence: bigint): void;
  /** Keeps an entry that this process has just committed. */
  keep(entry: LedgerEntry): void;
  /** The kept entries that follow `after` without a gap. Empty if they must be read. */
  keptAfter(after: bigint): readonly LedgerEntry[];
}

/** Limits the memory for each customer. */
const KEPT_ENTRIES = 64;

export function openChannel(): Channel {
  let head = 0n;
  let rewinds = 0;
  let rewoundTo = 0n;
  let kept: LedgerEntry[] = [];
  return {
    get head() {
      return head;
    },
    get rewinds() {
      return rewinds;
    },
    get rewoundTo() {
      return rewoundTo;
    },
    advance(sequence) {
      if (sequence <= head) return false;
      head = sequence;
      return true;
    },
    rewind(sequence) {
      head = sequence;
      rewinds += 1;
      rewoundTo = sequence;
      kept = [];
    },
    keep(entry) {
      const last = kept.at(-1);
      // Another process may have written in between; the kept entries have no gap.
      if (last && entry.sequence !== last.sequence + 1n) kept = [];
      kept.push(entry);
      if (kept.length > KEPT_ENTRIES) kept.shift();
    },
    keptAfter(after) {
      const [first] = kept;
      if (!first || first.sequence > after + 1n) return [];
      return kept.slice(Number(after + 1n - first.sequence));
    },
  };
}
