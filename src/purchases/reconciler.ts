import type { Log } from '../platform/log.ts';
import { type Repeating, repeat } from '../platform/repeat.ts';
import type { PaymentProvider } from './model/provider.ts';
import type { Purchases } from './purchases.ts';

const PAUSE_MS = 10_000;

/**
 * Asks the provider about purchases and returns whose webhook never came, and tells it of changed
 * customers, every 10 s.
 */
export function startReconciler({
  purchases,
  sendCustomerChanges,
  log,
}: {
  readonly purchases: Pick<Purchases, 'reconcileDue' | 'returns'>;
  readonly sendCustomerChanges: PaymentProvider['sendCustomerChanges'];
  readonly log: Log;
}): Repeating {
  return repeat({
    everyMs: PAUSE_MS,
    async run(closing) {
      try {
        void sendCustomerChanges();
        // There may be more for as long as some were due.
        while (!closing.aborted && (await purchases.reconcileDue()) > 0);
        while (!closing.aborted && (await purchases.returns.reconcileDueReturns()) > 0);
      } catch (error) {
        log.warn({ err: error }, 'reconciler: the purchases could not be read; trying again later');
      }
    },
  });
}
