/**
 * Opens the ledger with the feed, which pushes its committed entries, and the bus, over which
 * processes notify each other.
 */
import { type KnownLimits, openKnownLimits } from '../alerts/known-limits.ts';
import { openAlertRecorder } from '../alerts/recorder.ts';
import { createCustomersEffect } from '../customers/customers.ts';
import { type Bus, type BusListener, openPostgresBus } from '../feed/bus.ts';
import { type EveryChange, openEveryChange } from '../feed/every-change.ts';
import { type Feed, openFeed } from '../feed/feed.ts';
import { openNotifier } from '../feed/notifier.ts';
import { followTail } from '../feed/tail.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import type { Log } from '../platform/log.ts';
import type { Closers } from '../platform/shutdown.ts';
import { purchaseEffects } from '../purchases/purchases.ts';
import { recordTopUps } from '../top-ups/recorder.ts';
import type { Clock } from '../values/clock.ts';
import { openEntryRecorder } from '../webhooks/events/recorder.ts';
import type { Databases } from './databases.ts';

export interface LedgerDeps {
  readonly databases: Databases;
  readonly clock: Clock;
  readonly log: Log;
  /** Of a batch of the writer. Left out: as many as are fastest on one server. */
  readonly customersPerBatch?: number | undefined;
  /** Tests move the clock. */
  readonly isTimeMoved: boolean;
  /** Called when a commit has made something due at this instant. */
  readonly onDue: (at: Date) => void;
  /** Called when a commit has written events of entries. */
  readonly onEvents: () => void;
  readonly closers: Closers;
}

/** @throws StartError where a newer build has migrated the database meanwhile. */
export async function openLedgerWithFeed({ databases, clock, log, onDue, onEvents, closers, ...options }: LedgerDeps): Promise<{
  readonly ledger: Ledger;
  readonly feed: Feed;
  readonly everyChange: EveryChange;
  readonly alertLimits: KnownLimits;
  readonly bus: Bus;
}> {
  const { database, writer, disk, directUrl } = databases;
  const effects = [createCustomersEffect, ...purchaseEffects];
  const notifier = openNotifier(writer.statements);
  const recorder = openEntryRecorder();
  const alertLimits = openKnownLimits({ statements: database.statements, log });
  await alertLimits.read();
  const alertRecorder = openAlertRecorder(alertLimits);
  const onCommitted: Feed['onCommitted'] = (entries) => {
    notifier.onCommitted(entries);
    feed.onCommitted(entries);
    everyChange.wake();
    if ([recorder.hadEvents(), alertRecorder.hadEvents()].includes(true)) onEvents();
  };
  const recorders = [recorder.record, alertRecorder.record, recordTopUps];
  const { isTimeMoved } = options;
  const limits = options.customersPerBatch === undefined ? {} : { batchCustomers: options.customersPerBatch };
  const ledger = openLedger({ database, writer, clock, isTimeMoved, log, limits, effects, recorders, onCommitted, onDue });
  const feed = openFeed({ reads: ledger.reads, log });
  const everyChange = openEveryChange({ order: ledger.order, log });
  const listener: BusListener = {
    onEntries(customerId, sequence) {
      feed.onEntries(customerId, sequence);
      everyChange.wake();
    },
    onPurchase: feed.onPurchase,
    async resync() {
      everyChange.wake();
      void alertLimits.refresh();
      await feed.resync();
    },
  };
  closers.add(followTail(listener));
  closers.add({ close: async () => feed.close() });
  closers.add({ close: async () => everyChange.close() });
  const notify = (channel: string, payload: string) => writer.statements.write('SELECT pg_notify($1, $2)', [channel, payload]);
  const bus = closers.add(await openPostgresBus({ url: directUrl, notify, log, listener }));
  // The bus makes this process visible to others that migrate. One may have begun before that.
  await databases.refuseNewerSchema();
  closers.add(writer);
  closers.add(notifier);
  closers.add(disk);
  closers.add(ledger);
  return { ledger, feed, everyChange, alertLimits, bus };
}
