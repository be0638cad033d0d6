/** What the table purchase keeps of a purchase's way to its payment. */
import type { Database, Transaction } from '../../database/database.ts';
import type { Checkout } from '../model/provider.ts';

type Reader = Database['client'];

/** Ends a PENDING purchase; any other stays as it is. Nobody asks about an EXPIRED one any more. */
export async function endPending(reader: Reader, id: string, status: 'FAILED' | 'EXPIRED', reason: string | null): Promise<void> {
  await reader.$executeRaw`
    WITH ended AS (
      UPDATE purchase SET status = ${status}::"PurchaseStatus", failure_reason = ${reason}, checkout_url = NULL,
        processing = false, next_check_at = NULL
      WHERE id = ${id} AND status = 'PENDING'
    )
    UPDATE purchase SET next_check_at = NULL WHERE id = ${id} AND status = 'EXPIRED' AND next_check_at IS NOT NULL`;
}

/**
 * Ends a PENDING purchase whose page the provider does not have: EXPIRED, so that the customer can buy again. As long as the page
 * may be paid where the key cannot look, the reconciler goes on asking: a payment is found once the right key is back.
 */
export async function endMissing(reader: Reader, id: string, reason: string): Promise<void> {
  await reader.$executeRaw`
    UPDATE purchase SET status = 'EXPIRED', failure_reason = ${reason}, checkout_url = NULL, processing = false
    WHERE id = ${id} AND status = 'PENDING'`;
}

/** Keeps what is known of a PENDING purchase's page, and where it was opened. The first page that is kept is the purchase's. */
export async function noteCheckout(reader: Reader, id: string, checkout: Checkout, processing: boolean): Promise<void> {
  const { account, live } = checkout.openedIn;
  await reader.$executeRaw`
    UPDATE purchase SET checkout_id = ${checkout.id}, checkout_url = ${checkout.url}, processing = processing OR ${processing},
      payment_account = coalesce(${account}, payment_account), payment_live = ${live}
    WHERE id = ${id} AND status = 'PENDING' AND (checkout_id IS NULL OR checkout_id = ${checkout.id})`;
}

/** Another page stands for the purchase from now on. */
export async function moveCheckout(reader: Reader, id: string, checkoutId: string): Promise<void> {
  await reader.$executeRaw`UPDATE purchase SET checkout_id = ${checkoutId} WHERE id = ${id} AND settled_at IS NULL`;
}

/**
 * Notes that somebody opened the return page, unless somebody did within `pauseMs` before.
 * @returns false where somebody did: then the provider was asked already.
 */
export async function takeReturn(reader: Reader, id: string, now: Date, pauseMs: number): Promise<boolean> {
  const since = new Date(now.getTime() - pauseMs);
  // Clocks of processes differ a little; only one that was far ahead must not silence the others.
  const beyond = new Date(now.getTime() + pauseMs);
  const taken = await reader.$executeRaw`
    UPDATE purchase SET returned_at = ${now}
    WHERE id = ${id} AND (returned_at IS NULL OR returned_at <= ${since} OR returned_at > ${beyond})`;
  return taken === 1;
}

/** Lets one transaction at a time count what a customer began, and begin one more. It ends with the transaction. */
export async function lockBeginning(transaction: Transaction, customerId: string): Promise<void> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`purchases begun by ${customerId}`}, 0))`;
}

/** When the customer began the purchase before which there are `newer` more recent ones of its own; null where there are not so many. */
export async function findBegunBefore(
  transaction: Transaction,
  customerId: string,
  since: Date,
  newer: number,
): Promise<Date | null> {
  const rows = await transaction.$queryRaw<{ at: Date }[]>`
    SELECT created_at AS at FROM purchase WHERE customer_id = ${customerId} AND by_customer AND created_at > ${since}
    ORDER BY created_at DESC OFFSET ${newer} LIMIT 1`;
  return rows[0]?.at ?? null;
}
