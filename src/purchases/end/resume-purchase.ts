/** The verb resumePurchase: takes back a cancel at the end of the period. */
import { z } from 'zod';
import { PurchaseNotFoundError } from '../../values/errors.ts';
import * as schemas from '../../values/input.ts';
import type { Purchase } from '../model/types.ts';
import { type RecurringEndDeps, resumeRecurring } from './recurring.ts';

const resumeInput = z.object({ purchaseId: schemas.id });

/**
 * Resumes a recurring purchase that was canceled for the end of its period: it is renewed again.
 * @throws PurchaseNotFoundError; InvalidInputError where it was not canceled, was resumed before,
 * or has ended; UnavailableError where the payment provider cannot be reached.
 */
export async function resumePurchase(deps: RecurringEndDeps, input: unknown): Promise<Purchase> {
  const { purchaseId } = schemas.readInput(resumeInput, input);
  const purchase = await deps.find(purchaseId);
  if (!purchase) throw new PurchaseNotFoundError(purchaseId);
  return resumeRecurring(deps, purchase);
}
