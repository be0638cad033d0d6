import { Connection, type DatabaseUrl, urlNow } from '../database/connection.ts';
import { RUNNING_NAME } from '../database/older-processes.ts';
import type { Log } from '../platform/log.ts';
import { openListenCheck, type Pace } from './listen-check.ts';

/**
 * Receives what other processes commit, by LISTEN. Brim's writers notify after the commit
 * (notifier.ts), triggers for every other writer and for purchases. A notification says only that
 * something advanced; the feed reads what it was. Notifications are lost while the connection is
 * closed, so `resync` is called after a reconnect; the tail (tail.ts) finds what was lost in other
 * ways.
 */
export interface BusListener {
  /** The customer's ledger has reached this entry. */
  onEntries(customerId: string, sequence: bigint): void;
  /** The purchase has reached this revision. */
  onPurchase(purchaseId: string, revision: number): void;
  /** Reads the latest state of everything that has subscribers. Never rejects. */
  resync(): Promise<void>;
}

export interface BusOptions {
  /** The address of the database itself, because a transaction pooler supports no LISTEN. */
  readonly url: DatabaseUrl;
  /** Sends a notification through the pool that writes use. */
  readonly notify: (channel: string, payload: string) => Promise<unknown>;
  readonly log: Log;
  readonly listener: BusListener;
  /** The intervals of the listen check, for tests. */
  readonly pace?: Pace;
}

export interface Bus {
  /** Why notifications are lost, in a sentence; undefined while they arrive. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

const ENTRIES = 'brim_entries';
const PURCHASES = 'brim_purchases';
/** "customer_id sequence", or "purchase_id revision". */
const MESSAGE = /^(.+) (\d{1,19})$/;
const ANSWER_MS = 5_000;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5_000;
/**
 * A connection without notifications is replaced after the first missed probe, and again after
 * every so many.
 */
const RENEW_AT_EVERY = 6;

/** Resolves once it listens. Reconnects until it is closed. */
export async function openPostgresBus({ url, notify, log, listener, pace }: BusOptions): Promise<Bus> {
  let client: Connection | undefined;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = FIRST_RETRY_MS;
  let missed = 0;
  let closed = false;

  async function connect(): Promise<void> {
    const next = new Connection({
      connectionString: urlNow(url),
      application_name: RUNNING_NAME,
      connectionTimeoutMillis: ANSWER_MS,
    });
    next.hurry(ANSWER_MS);
    next.on('notification', ({ channel, payload = '' }) => receive(channel, payload));
    // One failure may cause both events; the first is enough.
    next.on('error', () => lost(next));
    next.on('end', () => lost(next));
    try {
      await next.connect();
      await next.introduce();
      await next.query(`LISTEN ${ENTRIES}; LISTEN ${PURCHASES}; LISTEN ${listenCheck.channel}`);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    if (closed) return next.end();
    client = next;
    retryMs = FIRST_RETRY_MS;
  }

  async function onSilence(isMissed: boolean): Promise<void> {
    const tested = client;
    if (!tested) return;
    missed = isMissed ? missed + 1 : 0;
    if (missed % RENEW_AT_EVERY === 1) return lost(tested);
    await tested.query('SELECT 1').catch(() => lost(tested));
  }

  function lost(which: Connection): void {
    if (closed || client !== which) return;
    client = undefined;
    which.end().catch(() => undefined);
    log.warn('feed: the connection that listens was lost');
    reconnectLater();
  }

  function reconnectLater(): void {
    if (closed) return;
    retry = setTimeout(() => {
      connect().then(
        () => {
          if (closed) return;
          log.info('feed: listening again');
          void listener.resync();
        },
        () => reconnectLater(),
      );
    }, retryMs);
    retry.unref();
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  }

  function receive(channel: string, payload: string): void {
    if (channel === listenCheck.channel) {
      missed = 0;
      listenCheck.onProbe(payload);
      return;
    }
    for (const line of payload.split('\n')) {
      // Any user of the database can notify, so other messages are ignored.
      const [, id, number] = MESSAGE.exec(line) ?? [];
      if (id === undefined || number === undefined) continue;
      if (channel === ENTRIES) listener.onEntries(id, BigInt(number));
      else if (channel === PURCHASES) listener.onPurchase(id, Number(number));
    }
  }

  function reason(): string {
    const what = 'What other processes commit is not heard, and what is subscribed to is read once a second instead:';
    if (!client) return `${what} the database of DATABASE_DIRECT_URL or DATABASE_URL refuses the connection that listens.`;
    return client.isPooled
      ? `${what} a pooler stands before the database and carries no LISTEN. Set DATABASE_DIRECT_URL to the database itself.`
      : `${what} the connection that listens lives and hears nothing. DATABASE_DIRECT_URL must lead to the database of DATABASE_URL.`;
  }

  const listenCheck = openListenCheck({ notify, onSilence, reason, log, pace });
  await connect();
  listenCheck.start();
  return {
    trouble: listenCheck.trouble,
    async close() {
      closed = true;
      clearTimeout(retry);
      listenCheck.close();
      await client?.end().catch(() => undefined);
    },
  };
}
