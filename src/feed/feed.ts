import { balanceAfter } from '../ledger/model/account-state.ts';
import type { LedgerEntry } from '../ledger/model/types.ts';
import type { LedgerReads } from '../ledger/reads.ts';
import type { Log } from '../platform/log.ts';
import { DomainError } from '../values/errors.ts';
import { type BalanceChange, type BalanceRequest, requestedBalances, snapshotMessages } from './balance-change.ts';
import type { BusListener } from './bus.ts';
import { type Channel, openChannel } from './channel.ts';
import { openStream, type Stream, type Waiter } from './stream.ts';

/**
 * Pushes committed entries to subscribers. A subscriber is a cursor in its customer's sequence,
 * which gives order, completeness and resuming. The writer and the bus only move the head; the
 * entries between cursor and head are taken from memory or read. So no entry is missed or sent
 * twice, and a slow reader costs one cursor.
 */
export interface Feed extends BusListener {
  /** Takes the writer's entries, in order, as soon as they are committed. */
  onCommitted(entries: readonly LedgerEntry[]): void;
  /**
   * First the current balances, then every later change. With `after`: the changes since that
   * entry. A reader that is more than 1,000 entries behind, or ahead of the ledger, gets the
   * current balances instead.
   */
  balanceChanges(request: BalanceRequest): AsyncIterableIterator<BalanceChange>;
  /** First the current purchase, then each newer revision. Ends at once if there is none. */
  purchaseChanges<Purchase extends Revisable>(
    purchaseId: string,
    find: () => Promise<Purchase | null>,
  ): AsyncIterableIterator<Purchase>;
  /** The number of subscribers. */
  readonly subscribers: number;
  close(): void;
}

interface Topic {
  readonly channel: Channel;
  readonly streams: Set<Stream<unknown>>;
}

interface Revisable {
  readonly revision: number;
}

const MAX_BEHIND = 1_000n;
/** Kept in memory while a slow reader reads: 20 entries with the largest properties are 320 KiB. */
const READ_AT_ONCE = 20;
const RETRY_MS = 1_000;

export function openFeed({
  reads,
  log,
}: {
  readonly reads: Pick<LedgerReads, 'snapshot' | 'entriesAfter' | 'sequence'>;
  readonly log: Log;
}): Feed {
  const channels = new Map<string, Topic>();
  const purchases = new Map<string, Set<Stream<unknown>>>();
  const everyStream = () =>
    [...[...channels.values()].map(({ streams }) => streams), ...purchases.values()].flatMap((all) => [...all]);
  let closed = false;

  function advance(customerId: string, sequence: bigint): void {
    const topic = channels.get(customerId);
    if (topic?.channel.advance(sequence)) for (const stream of topic.streams) stream.wake();
  }

  /** After a failover or restore: subscribers that saw lost entries get the current balances. */
  function rewind({ channel, streams }: Topic, sequence: bigint): void {
    channel.rewind(sequence);
    for (const stream of streams) stream.wake();
  }

  function onCommitted(entries: readonly LedgerEntry[]): void {
    if (channels.size === 0) return;
    const heads = new Map<string, bigint>();
    for (const entry of entries) {
      const topic = channels.get(entry.customerId);
      if (!topic) continue;
      topic.channel.keep(entry);
      heads.set(entry.customerId, entry.sequence);
    }
    for (const [customerId, sequence] of heads) advance(customerId, sequence);
  }

  function balanceChanges(request: BalanceRequest): AsyncIterableIterator<BalanceChange> {
    const { customerId } = request;
    const topic = channels.get(customerId) ?? { channel: openChannel(), streams: new Set<Stream<unknown>>() };
    channels.set(customerId, topic);
    const stream = openStream<BalanceChange>(
      (waiter) => follow(request, topic, waiter),
      () => {
        topic.streams.delete(stream);
        if (topic.streams.size === 0 && channels.get(customerId) === topic) channels.delete(customerId);
      },
    );
    topic.streams.add(stream);
    if (closed) stream.stop();
    return stream;
  }

  /**
   * Joins its topic before it reads, so entries that are committed meanwhile move the head. A newer
   * head that it reads wakes the other subscribers too: the later notification will not.
   */
  async function* follow(request: BalanceRequest, topic: Topic, waiter: Waiter): AsyncGenerator<BalanceChange, void> {
    const { customerId, featureIds } = request;
    const { channel } = topic;
    const wanted = featureIds && new Set(featureIds);
    let cursor = request.after ?? -1n;
    if (request.after !== null) {
      const sequence = await untilAnswered(waiter, () => reads.sequence(customerId));
      if (sequence === undefined) return;
      advance(customerId, sequence);
    }
    let behind = request.after === null || request.after > channel.head;
    let { rewinds } = channel;
    while (!waiter.stopped) {
      if (rewinds !== channel.rewinds) {
        rewinds = channel.rewinds;
        behind ||= cursor > channel.rewoundTo;
      }
      if (behind || channel.head - cursor > MAX_BEHIND) {
        const heard = channel.head;
        const snapshot = await untilAnswered(waiter, () => reads.snapshot(customerId));
        if (!snapshot) return;
        if (snapshot.sequence < heard && channel.head === heard) rewind(topic, snapshot.sequence);
        advance(customerId, snapshot.sequence);
        cursor = snapshot.sequence;
        behind = false;
        yield* snapshotMessages(requestedBalances(customerId, snapshot.balances, featureIds), cursor);
      } else if (channel.head > cursor) {
        const entries = await nextEntries(customerId, channel, cursor, waiter);
        if (entries.length === 0) {
          await waiter.wait(RETRY_MS);
          behind = true;
        }
        for (const entry of entries) {
          cursor = entry.sequence;
          if (!wanted || wanted.has(entry.featureId))
            yield { cause: 'LEDGER', balance: balanceAfter(entry), entry, sequence: cursor };
        }
      } else {
        await waiter.wait();
      }
    }
  }

  async function nextEntries(
    customerId: string,
    channel: Channel,
    cursor: bigint,
    waiter: Waiter,
  ): Promise<readonly LedgerEntry[]> {
    const kept = channel.keptAfter(cursor);
    if (kept.length > 0) return kept;
    return (await untilAnswered(waiter, () => reads.entriesAfter(customerId, cursor, READ_AT_ONCE))) ?? [];
  }

  /** Retries a read while the database cannot be reached, until the reader leaves. */
  async function untilAnswered<Answer>(waiter: Waiter, ask: () => Promise<Answer>): Promise<Answer | undefined> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof DomainError && error.retryable)) throw error;
        log.warn({ err: error }, 'feed: the ledger could not be read; trying again');
      }
      await waiter.wait(RETRY_MS);
      if (waiter.stopped) return undefined;
    }
  }

  function purchaseChanges<Purchase extends Revisable>(
    purchaseId: string,
    find: () => Promise<Purchase | null>,
  ): AsyncIterableIterator<Purchase> {
    const streams = purchases.get(purchaseId) ?? new Set<Stream<unknown>>();
    purchases.set(purchaseId, streams);
    const stream = openStream<Purchase>(
      (waiter) => revisions(find, waiter),
      () => {
        streams.delete(stream);
        if (streams.size === 0 && purchases.get(purchaseId) === streams) purchases.delete(purchaseId);
      },
    );
    streams.add(stream);
    if (closed) stream.stop();
    return stream;
  }

  async function* revisions<Purchase extends Revisable>(
    find: () => Promise<Purchase | null>,
    waiter: Waiter,
  ): AsyncGenerator<Purchase, void> {
    let seen = 0;
    while (!waiter.stopped) {
      const purchase = await untilAnswered(waiter, find);
      if (!purchase) return;
      if (purchase.revision > seen) {
        seen = purchase.revision;
        yield purchase;
      } else {
        await waiter.wait();
      }
    }
  }

  async function resync(): Promise<void> {
    for (const streams of purchases.values()) for (const stream of streams) stream.wake();
    await lookAtLedgers().catch((error: unknown) => log.error({ err: error }, 'feed: the ledgers could not be looked at again'));
  }

  /** Reads the heads of all customers with subscribers, and retries until the database answers. */
  async function lookAtLedgers(): Promise<void> {
    const waiter: Waiter = {
      get stopped() {
        return closed;
      },
      wait: (atMostMs) => new Promise((resolve) => setTimeout(resolve, atMostMs).unref()),
    };
    const look = async ([customerId, topic]: readonly [string, Topic]) => {
      const heard = topic.channel.head;
      const sequence = await reads.sequence(customerId);
      if (sequence < heard) rewind(topic, sequence);
      else advance(customerId, sequence);
    };
    await untilAnswered(waiter, () => Promise.all([...channels].map(look)));
  }

  return {
    onCommitted,
    // One turn later, so that this process's own entries are in memory by then and need no read.
    onEntries: (customerId, sequence) => void setImmediate(advance, customerId, sequence),
    onPurchase: (purchaseId) => {
      for (const stream of purchases.get(purchaseId) ?? []) stream.wake();
    },
    resync,
    balanceChanges,
    purchaseChanges,
    get subscribers() {
      return everyStream().length;
    },
    close() {
      closed = true;
      for (const stream of everyStream()) stream.stop();
    },
  };
}
