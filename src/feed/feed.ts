import type { LedgerEntry } from '../ledger/model/types.ts';
import type { LedgerReads } from '../ledger/reads.ts';
import type { Log } from '../platform/log.ts';
import type { BalanceChange, BalanceRequest } from './balance-change.ts';
import type { BusListener } from './bus.ts';
import { openChangeMemory } from './change-memory.ts';
import { type Channel, openChannel } from './channel.ts';
import { follow } from './follow.ts';
import { untilAnswered } from './retrying.ts';
import { type Revisable, revisions } from './revisions.ts';
import { states } from './states.ts';
import { openStream, type Stream, type Waiter } from './stream.ts';

/**
 * Pushes committed entries to subscribers. A subscriber is a cursor in its customer's sequence,
 * which gives order, completeness and resuming. The writer and the bus only move the head; the
 * entries between cursor and head are taken from memory, or read once for all who need them. So no
 * entry is missed or sent twice, and a slow reader costs one cursor.
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
  /** First the customer's auto top-ups as they are, then again with each change of one of them. */
  autoTopUpChanges<State>(customerId: string, find: () => Promise<State>): AsyncIterableIterator<State>;
  /** The number of subscribers. */
  readonly subscribers: number;
  close(): void;
}

interface Topic {
  readonly channel: Channel;
  readonly streams: Set<Stream<unknown>>;
}

export interface FeedDeps {
  readonly reads: Pick<LedgerReads, 'snapshot' | 'entriesAfter' | 'sequence' | 'movedHeads'>;
  readonly log: Log;
}

/** How many heads one statement looks at. */
const HEADS_AT_ONCE = 1_000;

export function openFeed({ reads, log }: FeedDeps): Feed {
  const topics = new Map<string, Topic>();
  const purchases = new Map<string, Set<Stream<unknown>>>();
  const memory = openChangeMemory();
  const everyStream = () =>
    [...[...topics.values()].map(({ streams }) => streams), ...purchases.values()].flatMap((all) => [...all]);
  let closed = false;

  function advance(customerId: string, sequence: bigint): void {
    const topic = topics.get(customerId);
    if (topic?.channel.advance(sequence)) for (const stream of topic.streams) stream.wake();
  }

  /** After a failover or restore: subscribers that saw lost entries get the current balances. */
  function rewind({ channel, streams }: Topic, sequence: bigint): void {
    channel.rewind(sequence);
    for (const stream of streams) stream.wake();
  }

  function onCommitted(entries: readonly LedgerEntry[]): void {
    if (topics.size === 0) return;
    const heads = new Map<string, bigint>();
    for (const entry of entries) {
      const topic = topics.get(entry.customerId);
      if (!topic) continue;
      topic.channel.keep(entry);
      heads.set(entry.customerId, entry.sequence);
    }
    for (const [customerId, sequence] of heads) advance(customerId, sequence);
  }

  function topicOf(customerId: string): Topic {
    const known = topics.get(customerId);
    if (known) return known;
    const topic: Topic = { channel: openChannel({ customerId, reads, kept: memory.open() }), streams: new Set() };
    topics.set(customerId, topic);
    return topic;
  }

  function balanceChanges(request: BalanceRequest): AsyncIterableIterator<BalanceChange> {
    const { customerId } = request;
    const topic = topicOf(customerId);
    const following = {
      reads,
      log,
      channel: topic.channel,
      advance: (sequence: bigint) => advance(customerId, sequence),
      rewind: (sequence: bigint) => rewind(topic, sequence),
    };
    const stream = openStream<BalanceChange>(
      (waiter) => follow(request, following, waiter),
      () => {
        topic.streams.delete(stream);
        if (topic.streams.size > 0 || topics.get(customerId) !== topic) return;
        topics.delete(customerId);
        topic.channel.close();
      },
    );
    topic.streams.add(stream);
    if (closed) stream.stop();
    return stream;
  }

  /** @param name with which triggers notify of it. */
  function openNamed<Value>(name: string, produce: (waiter: Waiter) => AsyncGenerator<Value, void>): Stream<Value> {
    const streams = purchases.get(name) ?? new Set<Stream<unknown>>();
    purchases.set(name, streams);
    const stream = openStream<Value>(produce, () => {
      streams.delete(stream);
      if (streams.size === 0 && purchases.get(name) === streams) purchases.delete(name);
    });
    streams.add(stream);
    if (closed) stream.stop();
    return stream;
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
    const heard = [...topics].map(([customerId, { channel }]) => ({ customerId, sequence: channel.head }));
    for (let place = 0; place < heard.length; place += HEADS_AT_ONCE) {
      const part = heard.slice(place, place + HEADS_AT_ONCE);
      const moved = await untilAnswered(waiter, log, () => reads.movedHeads(part));
      const before = new Map(part.map(({ customerId, sequence }) => [customerId, sequence]));
      for (const { customerId, sequence } of moved ?? []) {
        const topic = topics.get(customerId);
        if (topic && sequence < (before.get(customerId) ?? 0n)) rewind(topic, sequence);
        else advance(customerId, sequence);
      }
    }
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
    purchaseChanges: (purchaseId, find) => openNamed(purchaseId, (waiter) => revisions(find, log, waiter)),
    // No id of a purchase contains a slash.
    autoTopUpChanges: (customerId, find) => openNamed(`auto_top_ups/${customerId}`, (waiter) => states(find, log, waiter)),
    get subscribers() {
      return everyStream().length;
    },
    close() {
      closed = true;
      for (const stream of everyStream()) stream.stop();
    },
  };
}
