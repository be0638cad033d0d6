/** The table purchase: purchases that were paid, and whose payment does not settle them. */
import type { Transaction } from '../../database/database.ts';
import { statusAfter, statusesBefore } from '../model/transitions.ts';

/**
 * Notes why a payment does not settle a purchase. It is PENDING from now on, and its page no longer
 * counts as open, so that the customer can attach the plan again.
 * @returns false where that was noted before, or the purchase became ACTIVE.
 */
export async function keepUnsettled(transaction: Transaction, id: string, reason: string): Promise<boolean> {
  const kept = await transaction.$executeRaw`
    UPDATE purchase SET status = ${statusAfter('PENDING', 'keepUnsettled')}::"PurchaseStatus", failure_reason = ${reason},
      checkout_url = NULL, processing = true, next_check_at = NULL, ended_at = NULL
    WHERE id = ${id} AND settled_at IS NULL AND status = ANY(${statusesBefore('keepUnsettled')}::"PurchaseStatus"[])
      AND (status <> 'PENDING' OR NOT processing OR failure_reason IS DISTINCT FROM ${reason})`;
  return kept === 1;
}
