/** The verb createPortalSession: opens the provider's page for customers. */
import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Customers } from '../../customers/customers.ts';
import { CustomerNotFoundError } from '../../values/errors.ts';
import * as schemas from '../../values/input.ts';
import { PortalRefusedError } from '../model/errors.ts';
import { type PaymentProvider, PaymentRefusedError } from '../model/provider.ts';
import { toUnavailable } from '../reconcile/ask-provider.ts';
import type { PortalBudget } from './portal-budget.ts';
import { type ReturnRules, refuseUrls } from './return-url.ts';

const portalInput = z.object({ customerId: schemas.id, returnUrl: schemas.url });

export interface PortalDeps {
  readonly customers: Pick<Customers, 'find'>;
  readonly provider: Pick<PaymentProvider, 'openPortal'>;
  readonly returnRules: ReturnRules;
  readonly budget: PortalBudget;
}

/**
 * Opens a page on which the customer sees and changes how they pay. Each call opens another one.
 * @returns its address.
 * @throws CustomerNotFoundError; InvalidInputError where the actor may not send a customer to
 * `returnUrl`; PortalRefusedError where the provider opens no page; RateLimitedError;
 * UnavailableError where the provider gives no answer.
 */
export async function openPortal(
  { customers, provider, returnRules, budget }: PortalDeps,
  actor: Actor,
  input: unknown,
): Promise<string> {
  const { customerId, returnUrl } = schemas.readInput(portalInput, input);
  refuseUrls({ returnUrl }, actor, returnRules);
  const customer = await customers.find(customerId);
  if (!customer) throw new CustomerNotFoundError(customerId);
  budget(customerId);
  try {
    return await provider.openPortal({
      customerId,
      customerName: customer.name,
      customerEmail: customer.email,
      returnUrl,
    });
  } catch (error) {
    if (error instanceof PaymentRefusedError) throw new PortalRefusedError(actor.kind === 'app' ? error.message : null);
    throw toUnavailable(actor.kind, error);
  }
}
