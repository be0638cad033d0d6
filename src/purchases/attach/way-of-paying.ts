/** Whether an attach is paid on a page, or with the saved payment method. */
import type { Actor } from '../../access/actor.ts';
import { refuseInput } from '../../values/errors.ts';
import type { CheckoutRequest, PaymentProvider } from '../model/provider.ts';
import type { Chargeable } from '../model/provider-charges.ts';
import type { Purchase } from '../model/types.ts';
import type { AttachInput } from './attach-input.ts';

/** What is known of a purchase that is to be paid. */
interface Paying extends Pick<Purchase, 'customerId' | 'idempotencyKey'> {
  readonly checkout: Pick<CheckoutRequest, 'lines' | 'allowPromotionCodes' | 'collectTax'> | null;
}

/**
 * The saved method that is charged for a purchase that costs something; null where the customer
 * pays on a page.
 *
 * A customer token needs an idempotency key for a charge, because a browser sends a click twice. A
 * method that failed for good is charged again only where the caller insists with NEVER.
 * @throws InvalidInputError where NEVER is asked for and nothing can be charged.
 */
export async function methodToCharge(
  { provider }: { readonly provider: Pick<PaymentProvider, 'findChargeable'> },
  actor: Actor,
  { customerId, idempotencyKey, checkout: request }: Paying,
  checkout: AttachInput['checkout'],
): Promise<Chargeable | null> {
  if (checkout === 'ALWAYS') return null;
  const isNever = checkout === 'NEVER';
  if (actor.kind === 'customer' && idempotencyKey === null)
    return isNever
      ? refuseInput(['idempotencyKey'], 'is required with a customer token where a saved payment method is charged', 'REQUIRED')
      : null;
  if (request?.allowPromotionCodes || request?.collectTax)
    return isNever ? refuseInput(['checkout'], 'promotion codes and taxes need a payment page: use IF_REQUIRED') : null;
  const method = await provider.findChargeable(customerId);
  if (!method) return isNever ? refuseInput(['checkout'], NOTHING_SAVED) : null;
  return method.failed && !isNever ? null : method;
}

const NOTHING_SAVED =
  'the customer has no saved payment method: createSetupSession lets the customer save one, and IF_REQUIRED opens a payment page';
