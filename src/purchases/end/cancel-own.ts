/**
 * What a customer token may cancel: purchases of its own customer that are not paid yet, and what
 * recurs, at the end of the period that is paid. So a customer stops paying without the app's
 * server, and a stolen token takes nothing away that was paid for.
 */
import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { PurchaseNotFoundError, refuseInput } from '../../values/errors.ts';
import * as schemas from '../../values/input.ts';
import type { Purchase } from '../model/types.ts';
import { CANCEL_TIMES, type CancelDeps, cancelPurchase } from './cancel-purchase.ts';

const ownInput = z.looseObject({ purchaseId: schemas.id, when: z.enum(CANCEL_TIMES) });

/**
 * Cancels a purchase, as `cancelPurchase` does, if the actor may.
 * @throws PurchaseNotFoundError where it is another customer's; InvalidInputError where a customer
 * token may not cancel it, or not now.
 */
export async function cancelAs(deps: CancelDeps, actor: Actor, input: unknown): Promise<Purchase> {
  if (actor.kind === 'app') return cancelPurchase(deps, input);
  const { purchaseId, when } = schemas.readInput(ownInput, input);
  const purchase = await deps.find(purchaseId);
  if (purchase?.customerId !== actor.customerId) throw new PurchaseNotFoundError(purchaseId);
  // It may be paid in this moment, and a paid one is not given up.
  if (purchase.status === 'PENDING') return cancelPurchase(deps, { purchaseId, when, ifStatus: 'PENDING' });
  if (purchase.subscriptionId === null)
    refuseInput(['purchaseId'], 'is paid once, or free: a customer token cancels only what recurs, or is not paid yet');
  if (when !== 'PERIOD_END') refuseInput(['when'], 'must be PERIOD_END with a customer token');
  return cancelPurchase(deps, input);
}
