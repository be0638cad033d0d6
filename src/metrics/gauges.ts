/** What is looked up when Prometheus asks. */
import { Gauge, type Registry } from 'prom-client';

/** What this process has now. */
export interface ProcessState {
  readonly connections: (kind: 'socket' | 'stream') => number;
  readonly subscribers: () => number;
  /** Commands that wait for a batch of the ledger. */
  readonly queued: () => number;
}

/** What waits in the database, the same for every process. */
export interface Backlog {
  readonly pendingPurchases: number;
  /** Of which the reconciler should have asked Stripe a minute ago. */
  readonly overduePurchases: number;
  readonly openDeliveries: number;
  /** The age of the oldest delivery that is not done; 0 where there is none. */
  readonly oldestDeliverySeconds: number;
}

/** Several Prometheus servers may ask one process at once. */
const KEPT_MS = 5_000;

export function showState(registry: Registry, { connections, subscribers, queued }: ProcessState): void {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  new Gauge({
    name: 'brim_connections',
    help: 'Open sockets and event streams, by kind.',
    labelNames: ['kind'],
    registers: [registry],
    collect() {
      for (const kind of ['socket', 'stream'] as const) this.set({ kind }, connections(kind));
    },
  });
  gauge('brim_subscribers', 'Open subscriptions to balances and purchases.', subscribers);
  gauge('brim_ledger_queued_commands', 'Commands that wait for a batch of the ledger.', queued);
}

/** Where the database does not answer, these metrics are missing, and the others are there. */
export function showBacklog(registry: Registry, read: () => Promise<Backlog>): void {
  let asked: { readonly atMs: number; readonly answer: Promise<Backlog | undefined> } | undefined;
  const backlog = () => {
    if (!asked || performance.now() - asked.atMs > KEPT_MS)
      asked = { atMs: performance.now(), answer: read().catch(() => undefined) };
    return asked.answer;
  };
  const gauge = (name: string, help: string, pick: (backlog: Backlog) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const found = await backlog();
        if (found) this.set(pick(found));
        else this.remove();
      },
    });
  gauge('brim_purchases_pending', 'Purchases that wait for their payment.', (each) => each.pendingPurchases);
  gauge(
    'brim_purchases_overdue',
    'Purchases whose payment should have been looked up at Stripe more than a minute ago.',
    (each) => each.overduePurchases,
  );
  gauge('brim_webhook_deliveries_open', 'Webhooks that are not delivered yet.', (each) => each.openDeliveries);
  gauge(
    'brim_webhook_oldest_open_seconds',
    'The age of the oldest webhook that is not delivered yet; 0 without one.',
    (each) => each.oldestDeliverySeconds,
  );
}
