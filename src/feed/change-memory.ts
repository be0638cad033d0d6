import { balanceAfter } from '../ledger/model/account-state.ts';
import type { LedgerEntry } from '../ledger/model/types.ts';
import { spans } from '../platform/spans.ts';
import type { BalanceChange } from './balance-change.ts';

/**
 * The changes that this process has in memory, of customers with subscribers: those that it
 * committed, and those that it read for a subscriber who was behind. Every subscriber of a customer
 * gets the same object for an entry, so what is worked out for one can be shared with the others.
 *
 * The memory is bounded over all customers: what was kept longest ago is forgotten first.
 */
export interface ChangeMemory {
  /** The memory of one customer. */
  open(): KeptChanges;
}

export interface KeptChanges {
  /** Keeps an entry that this process has just committed. */
  keepCommitted(entry: LedgerEntry): void;
  /** Keeps what was read. @returns its changes. */
  keepRead(entries: readonly LedgerEntry[]): readonly BalanceChange[];
  /** The kept changes that follow `after` without a gap. Empty if they must be read. */
  after(sequence: bigint): readonly BalanceChange[];
  /** Forgets all. */
  clear(): void;
}

interface Item {
  readonly change: BalanceChange;
  readonly bytes: number;
  readonly forget: () => void;
}

const MAX_BYTES = 32 * 1_048_576;
/** What an entry takes beside its properties and allocations. */
const BYTES_OF_EACH = 1_024;
const BYTES_OF_ALLOCATION = 128;
/** A reader that is further behind gets a snapshot. */
const MAX_OF_CUSTOMER = 1_000;
/** How many one reader holds while it is slow. */
const AT_ONCE = 20;

export function openChangeMemory(maxBytes = MAX_BYTES): ChangeMemory {
  /** The oldest first. */
  const all = new Set<Item>();
  let bytes = 0;

  function drop(item: Item): void {
    if (!all.delete(item)) return;
    bytes -= item.bytes;
    item.forget();
  }

  function dropOldest(): void {
    for (const item of all) {
      if (bytes <= maxBytes) return;
      drop(item);
    }
  }

  return {
    open() {
      const items = new Map<number, Item>();
      const clear = (): void => {
        for (const item of items.values()) drop(item);
      };
      const dropAt = (sequence: number): void => {
        const item = items.get(sequence);
        if (item) drop(item);
      };
      const keep = (entry: LedgerEntry): BalanceChange => {
        const sequence = Number(entry.sequence);
        const item: Item = { change: changeOf(entry), bytes: bytesOf(entry), forget: () => void items.delete(sequence) };
        dropAt(sequence - MAX_OF_CUSTOMER);
        items.set(sequence, item);
        all.add(item);
        bytes += item.bytes;
        dropOldest();
        return item.change;
      };
      return {
        clear,
        keepCommitted(entry) {
          const sequence = Number(entry.sequence);
          // Commits come in order. This one was read meanwhile, or stands in the place of one that
          // was lost with its database.
          if (items.has(sequence) || items.has(sequence + 1)) clear();
          const change = keep(entry);
          spans()?.remember(change);
        },
        keepRead: (entries) => entries.map((entry) => items.get(Number(entry.sequence))?.change ?? keep(entry)),
        after(sequence) {
          const changes: BalanceChange[] = [];
          for (let next = Number(sequence) + 1; changes.length < AT_ONCE; next += 1) {
            const item = items.get(next);
            if (!item) break;
            changes.push(item.change);
          }
          return changes;
        },
      };
    },
  };
}

function changeOf(entry: LedgerEntry): BalanceChange {
  return { cause: 'LEDGER', balance: balanceAfter(entry), entry, sequence: entry.sequence };
}

function bytesOf({ properties, allocations }: LedgerEntry): number {
  const text = properties ? JSON.stringify(properties).length : 0;
  return BYTES_OF_EACH + text + allocations.length * BYTES_OF_ALLOCATION;
}
