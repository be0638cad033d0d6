import { Connection, type DatabaseUrl, urlNow } from '../database/connection.ts';
import { RUNNING_NAME } from '../database/older-processes.ts';
import type { Log } from '../platform/log.ts';
import { openListenCheck, type Pace } from './listen-check.ts';

/**
 * How one process learns what another committed: Postgres tells it (LISTEN / NOTIFY, from triggers, inside the writing
 * transaction). A message says only that something advanced; what it was is read. While the connection is away messages
 * are lost, so `resync` is called afterwards; and while nothing is heard it is called every two seconds (listen-check.ts).
 */
export interface BusListener {
  /** The ledger of this customer has come to this entry. */
  onEntries(customerId: string, sequence: bigint): void;
  /** This purchase has come to this revision. */
  onPurchase(purchaseId: string, revision: number): void;
  /** Reads how far everything has come that is subscribed to. Never rejects. */
  resync(): Promise<void>;
}

export interface BusOptions {
  /** The database itself: a transaction pooler carries no LISTEN. */
  readonly url: DatabaseUrl;
  /** Sends a notification by the way that writes take. */
  readonly notify: (channel: string, payload: string) => Promise<unknown>;
  readonly log: Log;
  readonly listener: BusListener;
  /** How often it tries whether it hears: for tests. */
  readonly pace?: Pace;
}

export interface Bus {
  /** Why nothing is heard, in a sentence; undefined while this process hears what others commit. */
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
/** A connection that hears nothing is replaced by the first word that it misses, and then by every so many. */
const RENEW_AT_EVERY = 6;

/** Resolves once it listens. Reconnects by itself, for ever, until closed. */
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
    // Both may come for one failure; the first is enough.
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

  async function doubt(isDeaf: boolean): Promise<void> {
    const doubted = client;
    if (!doubted) return;
    missed = isDeaf ? missed + 1 : 0;
    if (missed % RENEW_AT_EVERY === 1) return lost(doubted);
    await doubted.query('SELECT 1').catch(() => lost(doubted));
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
      // Anybody on the database can notify: what is no message of ours is nobody's.
      const [, id, number] = MESSAGE.exec(line) ?? [];
      if (id === undefined || number === undefined) continue;
      if (channel === ENTRIES) listener.onEntries(id, BigInt(number));
      else if (channel === PURCHASES) listener.onPurchase(id, Number(number));
    }
  }

  function reason(): string {
    const what = 'What other processes commit is not heard, and what is subscribed to is read every 2 s instead:';
    if (!client) return `${what} the database of DATABASE_DIRECT_URL or DATABASE_URL refuses the connection that listens.`;
    return client.isPooled
      ? `${what} a pooler stands before the database and carries no LISTEN. Set DATABASE_DIRECT_URL to the database itself.`
      : `${what} the connection that listens lives and hears nothing. DATABASE_DIRECT_URL must lead to the database of DATABASE_URL.`;
  }

  const listenCheck = openListenCheck({ notify, doubt, reason, sweep: () => listener.resync(), log, pace });
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
