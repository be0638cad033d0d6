import type { Log } from '../platform/log.ts';
import type { PaymentProvider } from './model/provider.ts';
import type { Purchases } from './purchases.ts';

/** Asks about purchases whose webhook never came, and tells of customers who changed, for as long as the app runs. */
export interface Reconciler {
  close(): Promise<void>;
}

const PAUSE_MS = 10_000;

export function startReconciler({
  purchases,
  sendCustomerChanges,
  log,
}: {
  readonly purchases: Pick<Purchases, 'reconcileDue'>;
  readonly sendCustomerChanges: PaymentProvider['sendCustomerChanges'];
  readonly log: Log;
}): Reconciler {
  let closed = false;
  let turn = Promise.resolve();
  const timer = setInterval(() => {
    turn = turn.then(run);
  }, PAUSE_MS);
  timer.unref();

  async function run(): Promise<void> {
    try {
      void sendCustomerChanges();
      // As long as any were due there may be more.
      while (!closed && (await purchases.reconcileDue()) > 0);
    } catch (error) {
      log.warn({ err: error }, 'reconciler: the purchases could not be read; trying again later');
    }
  }

  return {
    async close() {
      closed = true;
      clearInterval(timer);
      await turn;
    },
  };
}
