import type { LedgerEntry } from '../ledger/model/types.ts';
import type { LedgerReads } from '../ledger/reads.ts';
import type { BalanceChange } from './balance-change.ts';
import type { KeptChanges } from './change-memory.ts';

/**
 * What the feed knows of one customer's ledger while it has subscribers: the last sequence number,
 * and the changes that are in memory, so that most pushes need no read, and a read serves every
 * subscriber.
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
  /** The changes that follow, from memory. Empty if they must be read. */
  keptAfter(after: bigint): readonly BalanceChange[];
  /** The changes that follow, from the database. Readers with one cursor share a read. */
  readAfter(after: bigint): Promise<readonly BalanceChange[]>;
  /** Forgets what is kept. */
  close(): void;
}

export interface ChannelDeps {
  readonly customerId: string;
  readonly reads: Pick<LedgerReads, 'entriesAfter'>;
  readonly kept: KeptChanges;
}

/** Kept in memory while a slow reader reads: 20 entries with the largest properties are 320 KiB. */
const READ_AT_ONCE = 20;

export function openChannel({ customerId, reads, kept }: ChannelDeps): Channel {
  let head = 0n;
  let rewinds = 0;
  let rewoundTo = 0n;
  let reading = new Map<bigint, Promise<readonly BalanceChange[]>>();

  async function read(after: bigint, underWay: typeof reading): Promise<readonly BalanceChange[]> {
    try {
      const entries = await reads.entriesAfter(customerId, after, READ_AT_ONCE);
      // After a rewind these entries may be lost ones.
      return underWay === reading ? kept.keepRead(entries) : [];
    } finally {
      underWay.delete(after);
    }
  }

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
      reading = new Map();
      kept.clear();
    },
    keep: kept.keepCommitted,
    keptAfter: kept.after,
    readAfter(after) {
      const underWay = reading.get(after) ?? read(after, reading);
      reading.set(after, underWay);
      return underWay;
    },
    close: kept.clear,
  };
}
