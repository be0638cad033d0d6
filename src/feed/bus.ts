import { Connection, type DatabaseUrl, urlNow } from '../connection.ts';
import type { Log } from '../log.ts';

/**
 * How one process learns what another committed: Postgres tells it (LISTEN / NOTIFY, from triggers, inside the writing
 * transaction). A message says only that something advanced; what it was is read. While the connection is away messages
 * are lost, so `onReconnected` says: look at everything again.
 */
export interface BusListener {
  /** The ledger of this customer has come to this entry. */
  onEntries(customerId: string, sequence: bigint): void;
  /** This purchase has come to this revision. */
  onPurchase(purchaseId: string, revision: number): void;
  onReconnected(): void;
}

export interface Bus {
  close(): Promise<void>;
}

const ENTRIES = 'brim_entries';
const PURCHASES = 'brim_purchases';
/** "customer_id sequence", or "purchase_id revision". */
const MESSAGE = /^(.+) (\d{1,19})$/;
/** A connection that was cut without a word is noticed after these two: the kernel itself would take hours. */
const HEARTBEAT_MS = 5_000;
const ANSWER_MS = 5_000;
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5_000;

/** Resolves once it listens. Reconnects by itself, for ever, until closed. */
export async function openPostgresBus({
  url,
  log,
  listener,
}: {
  readonly url: DatabaseUrl;
  readonly log: Log;
  readonly listener: BusListener;
}): Promise<Bus> {
  let client: Connection | undefined;
  let retry: NodeJS.Timeout | undefined;
  let retryMs = FIRST_RETRY_MS;
  let closed = false;

  async function connect(): Promise<void> {
    const next = new Connection({
      connectionString: urlNow(url),
      application_name: 'brim feed',
      connectionTimeoutMillis: ANSWER_MS,
    });
    next.hurry(ANSWER_MS);
    next.on('notification', ({ channel, payload = '' }) => receive(channel, payload));
    // Both may come for one failure; the first is enough.
    next.on('error', () => lost(next));
    next.on('end', () => lost(next));
    try {
      await next.connect();
      await next.query(`LISTEN ${ENTRIES}; LISTEN ${PURCHASES}`);
    } catch (error) {
      await next.end().catch(() => undefined);
      throw error;
    }
    if (closed) return next.end();
    client = next;
    retryMs = FIRST_RETRY_MS;
  }

  const heartbeat = setInterval(() => {
    const asked = client;
    asked?.query('SELECT 1').catch(() => lost(asked));
  }, HEARTBEAT_MS);
  heartbeat.unref();

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
          listener.onReconnected();
        },
        () => reconnectLater(),
      );
    }, retryMs);
    retry.unref();
    retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
  }

  function receive(channel: string, payload: string): void {
    for (const line of payload.split('\n')) {
      // Anybody on the database can notify: what is no message of ours is nobody's.
      const [, id, number] = MESSAGE.exec(line) ?? [];
      if (id === undefined || number === undefined) continue;
      if (channel === ENTRIES) listener.onEntries(id, BigInt(number));
      else if (channel === PURCHASES) listener.onPurchase(id, Number(number));
    }
  }

  await connect();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      clearInterval(heartbeat);
      await client?.end().catch(() => undefined);
    },
  };
}
