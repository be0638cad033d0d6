/** The verb createPortalSession: opens the provider's page for customers. */
import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Customers } from '../../customers/customers.ts';
import { CustomerNotFoundError, UnavailableError } from '../../values/errors.ts';
import * as schemas from '../../values/input.ts';
import { type PaymentProvider, PaymentRefusedError } from '../model/provider.ts';
import { toUnavailable } from '../reconcile/ask-provider.ts';
import { type ReturnRules, refuseUrls } from './return-url.ts';

const portalInput = z.object({ customerId: schemas.id, returnUrl: schemas.url });

export interface PortalDeps {
  readonly customers: Pick<Customers, 'find'>;
  readonly provider: Pick<PaymentProvider, 'openPortal'>;
  readonly returnRules: ReturnRules;
}

/**
 * Opens a page on which the customer sees and changes how they pay. Each call opens another one.
 * @returns its address.
 * @throws CustomerNotFoundError; InvalidInputError where the actor may not send a customer to
 * `returnUrl`; UnavailableError where the provider opens no page.
 */
export async function openPortal(
  { customers, provider, returnRules }: PortalDeps,
  actor: Actor,
  input: unknown,
): Promise<string> {
  const { customerId, returnUrl } = schemas.readInput(portalInput, input);
  refuseUrls({ returnUrl }, actor, returnRules);
  const customer = await customers.find(customerId);
  if (!customer) throw new CustomerNotFoundError(customerId);
  try {
    return await provider.openPortal({
      customerId,
      customerName: customer.name,
      customerEmail: customer.email,
      returnUrl,
    });
  } catch (error) {
    if (actor.kind === 'app' && error instanceof PaymentRefusedError)
      throw new UnavailableError(`The payment provider opens no portal. ${error.message}`, { cause: error });
    throw toUnavailable(actor.kind, error);
  }
}
