import { z } from 'zod';
import { PurchaseNotFoundError, refuseInput, UnavailableError } from '../errors.ts';
import * as shape from '../input.ts';
import { type FinishDeps, finish } from './finish.ts';
import { scheduleEnd } from './schedule-end.ts';
import type { Purchase } from './types.ts';

export const CANCEL_TIMES = ['NOW', 'PERIOD_END'] as const;

export interface CancelDeps extends FinishDeps {
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

const cancelInput = z.object({ purchaseId: shape.id, when: z.enum(CANCEL_TIMES) });
const MAX_TURNS = 5;

/**
 * Cancels a purchase: now, or when its period ends. What it includes is voided, or expires then; what was bought stays. A free
 * plan of its group comes back with its end. Canceling twice is canceling once.
 * @throws PurchaseNotFoundError, InvalidInputError; and the retryable errors of `Ledger.post`.
 */
export async function cancelPurchase(deps: CancelDeps, input: unknown): Promise<Purchase> {
  const { purchaseId, when } = shape.readInput(cancelInput, input);
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const purchase = await deps.find(purchaseId);
    if (!purchase) throw new PurchaseNotFoundError(purchaseId);
    if (purchase.status === 'CANCELED' || (when === 'PERIOD_END' && purchase.endsAt)) return purchase;
    if (purchase.status !== 'ACTIVE')
      refuseInput(['purchaseId'], `is ${purchase.status}: only an ACTIVE purchase can be canceled`);
    // Otherwise another cancel, a replacement or a boundary was faster: look again.
    if (when === 'NOW' ? await finish(deps, purchase, { reason: 'canceled' }) : await scheduleEnd(deps, purchase))
      return (await deps.find(purchaseId)) ?? purchase;
  }
  throw new UnavailableError('Other changes of this purchase keep coming in. Nothing was done: try again in a moment.');
}
