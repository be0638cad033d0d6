/**
 * A ledger in memory, for tests of the feed alone: what is written is committed, and nobody is
 * told.
 */

import { balanceAfter } from '../../src/ledger/model/account-state.ts';
import type { Balance, LedgerEntry } from '../../src/ledger/model/types.ts';
import type { LedgerReads } from '../../src/ledger/reads.ts';
import { UnavailableError } from '../../src/values/errors.ts';

export interface FakeLedger {
  readonly reads: Pick<LedgerReads, 'snapshot' | 'entriesAfter' | 'sequence' | 'movedHeads'>;
  /** What was read, in order: "snapshot", "sequence", "entries after 7". */
  readonly asked: string[];
  /** So many of the next reads find the database away. */
  awayFor: number;
  /** Commits as many entries, one for one, and tells nobody. */
  write(customerId: string, featureId?: string, count?: number): readonly LedgerEntry[];
  /** Loses all entries after the first so many, as the restore of a backup does. */
  restore(customerId: string, entries: number): void;
}

export function openFakeLedger(): FakeLedger {
  const ledgers = new Map<string, LedgerEntry[]>();
  const entriesOf = (customerId: string) => ledgers.get(customerId) ?? [];
  const fake: FakeLedger = {
    asked: [],
    awayFor: 0,
    write(customerId, featureId = 'messages', count = 1) {
      const entries = entriesOf(customerId);
      ledgers.set(customerId, entries);
      for (let written = 0; written < count; written += 1) {
        const before = entries.findLast((entry) => entry.featureId === featureId)?.after.remaining ?? 0n;
        entries.push(entryOf(customerId, featureId, BigInt(entries.length + 1), before + 1n));
      }
      return entries.slice(-count);
    },
    restore: (customerId, entries) => void ledgers.set(customerId, entriesOf(customerId).slice(0, entries)),
    reads: {
      snapshot: (customerId) =>
        read('snapshot', () => {
          const newest = new Map<string, Balance>();
          for (const entry of entriesOf(customerId)) newest.set(entry.featureId, balanceAfter(entry));
          return { sequence: BigInt(entriesOf(customerId).length), balances: [...newest.values()] };
        }),
      sequence: (customerId) => read('sequence', () => BigInt(entriesOf(customerId).length)),
      movedHeads: (known) =>
        read('moved heads', () =>
          known
            .map(({ customerId }) => ({ customerId, sequence: BigInt(entriesOf(customerId).length) }))
            .filter(({ sequence }, index) => sequence !== known[index]?.sequence),
        ),
      entriesAfter: (customerId, after, limit) =>
        read(`entries after ${after}`, () => entriesOf(customerId).slice(Number(after), Number(after) + limit)),
    },
  };

  async function read<Answer>(question: string, answer: () => Answer): Promise<Answer> {
    fake.asked.push(question);
    if (fake.awayFor === 0) return answer();
    fake.awayFor -= 1;
    throw new UnavailableError();
  }

  return fake;
}

export function entryOf(customerId: string, featureId: string, sequence: bigint, remaining = sequence): LedgerEntry {
  return {
    customerId,
    featureId,
    sequence,
    kind: 'GRANT',
    amount: 1n,
    requested: null,
    applied: null,
    units: null,
    cost: null,
    cause: null,
    holdId: null,
    allocations: [],
    after: { granted: remaining, remaining, held: 0n, usage: 0n, unlimited: false, nextResetAt: null, nextExpiryAt: null },
    idempotencyKey: null,
    properties: null,
    reason: null,
    purchaseId: null,
    paymentId: null,
    refundId: null,
    disputeId: null,
    madeBy: null,
    occurredAt: new Date(0),
    recordedAt: new Date(0),
  };
}

/** Lets everything run that is not waiting for the clock or for the network. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What a read of a stream comes to, looked at without waiting for it. */
export function peek<Value>(read: Promise<IteratorResult<Value>>): { readonly result: IteratorResult<Value> | undefined } {
  const seen: { result: IteratorResult<Value> | undefined } = { result: undefined };
  void read.then((result) => {
    seen.result = result;
  });
  return seen;
}
