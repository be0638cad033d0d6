/** The table purchase: what the payment provider says of a purchase's checkout. */
import type { Database } from '../../database/database.ts';
import type { Checkout } from '../model/provider.ts';
import { statusAfter, statusesBefore } from '../model/transitions.ts';

type Reader = Database['client'];

/**
 * Ends an unpaid purchase: FAILED or EXPIRED. Any other stays as it is, except that the reconciler
 * stops asking about an EXPIRED one.
 */
export async function endUnpaid(reader: Reader, id: string, event: 'fail' | 'expire', reason: string | null): Promise<void> {
  await reader.$executeRaw`
    WITH ended AS (
      UPDATE purchase SET status = ${statusAfter('PENDING', event)}::"PurchaseStatus", failure_reason = ${reason},
        checkout_url = NULL, processing = false, next_check_at = NULL
      WHERE id = ${id} AND status = ANY(${statusesBefore(event)}::"PurchaseStatus"[])
    )
    UPDATE purchase SET next_check_at = NULL WHERE id = ${id} AND status = 'EXPIRED' AND next_check_at IS NOT NULL`;
}

/**
 * Makes a purchase EXPIRED whose page the provider does not have, so that the customer can buy
 * again. The page may still be paid where the present key cannot see it, so the reconciler goes on
 * asking: it finds the payment once the right key is back.
 */
export async function expireMissing(reader: Reader, id: string, reason: string): Promise<void> {
  await reader.$executeRaw`
    UPDATE purchase SET status = 'EXPIRED', failure_reason = ${reason},
      checkout_url = NULL, processing = false
    WHERE id = ${id} AND status = ANY(${statusesBefore('expire')}::"PurchaseStatus"[])`;
}

/**
 * Stores what is known of a page and where it was opened. The page stored first stays the
 * purchase's page.
 */
export async function storeCheckout(reader: Reader, id: string, checkout: Checkout, processing: boolean): Promise<void> {
  const { account, live } = checkout.openedIn;
  await reader.$executeRaw`
    UPDATE purchase SET checkout_id = ${checkout.id}, checkout_url = ${checkout.url}, processing = processing OR ${processing},
      payment_account = coalesce(${account}, payment_account), payment_live = ${live}
    WHERE id = ${id} AND status = ANY(${statusesBefore('storeCheckout')}::"PurchaseStatus"[])
      AND (checkout_id IS NULL OR checkout_id = ${checkout.id})`;
}

/** Makes another page the purchase's page, unless the purchase was ACTIVE before. */
export async function replaceCheckout(reader: Reader, id: string, checkoutId: string): Promise<void> {
  await reader.$executeRaw`
    UPDATE purchase SET checkout_id = ${checkoutId}
    WHERE id = ${id} AND status = ANY(${statusesBefore('replaceCheckout')}::"PurchaseStatus"[]) AND settled_at IS NULL`;
}
