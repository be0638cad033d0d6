import type { LedgerEntry } from '../ledger/model/types.ts';

/**
 * What is known of one customer's ledger while somebody subscribes to it: how far it has come, and the last few entries that
 * this process itself committed, so that most pushes need no read.
 */
export interface Channel {
  /** The highest sequence number heard of. */
  readonly head: bigint;
  /** How often it was found that the ledger had gone back, and to where the last time: who has seen more begins anew. */
  readonly rewinds: number;
  readonly rewoundTo: bigint;
  /** @returns true where this is news. */
  advance(sequence: bigint): boolean;
  /** The database has not come so far as was said: it was restored, or somebody else notified. */
  rewind(sequence: bigint): void;
  /** Keeps an entry that was just committed here. */
  keep(entry: LedgerEntry): void;
  /** What follows `after` without a gap, as far as it is kept; empty where it must be read. */
  keptAfter(after: bigint): readonly LedgerEntry[];
}

/** Bounds the memory of a customer, however fast it changes. */
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
      // Another process may have written in between: what is kept has no gaps.
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
