/**
 * The verb createSetupSession: opens the provider's page on which customers save a payment method
 * without buying.
 */
import { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { CustomerNotFoundError } from '../../values/errors.ts';
import * as schemas from '../../values/input.ts';
import type { Buyer } from '../model/buyer.ts';
import { PortalRefusedError } from '../model/errors.ts';
import { type PaymentProvider, PaymentRefusedError } from '../model/provider.ts';
import { toUnavailable } from '../reconcile/ask-provider.ts';
import type { PortalDeps } from './open-portal.ts';
import { refuseUrls } from './return-url.ts';

const setupInput = z.object({
  customerId: schemas.id,
  successUrl: schemas.url,
  cancelUrl: schemas.url.nullish().transform((url) => url ?? null),
});

/** Of a customer who has not paid yet. */
const ANY_CURRENCY = 'usd';

export interface SetupDeps extends Pick<PortalDeps, 'customers' | 'returnRules' | 'budget'> {
  readonly provider: Pick<PaymentProvider, 'openSetup'>;
  readonly buyer: (customerId: string) => Promise<Buyer>;
}

/**
 * Opens a page on which the customer saves a payment method. Each call opens another one.
 * @returns its address.
 * @throws as `openPortal` does, of `successUrl` and `cancelUrl`.
 */
export async function openSetup(deps: SetupDeps, actor: Actor, input: unknown): Promise<string> {
  const { customerId, ...urls } = schemas.readInput(setupInput, input);
  refuseUrls(urls, actor, deps.returnRules);
  const customer = await deps.customers.find(customerId);
  if (!customer) throw new CustomerNotFoundError(customerId);
  deps.budget(customerId);
  const { currency = ANY_CURRENCY } = await deps.buyer(customerId);
  const payer = { customerId, customerName: customer.name, customerEmail: customer.email };
  try {
    return await deps.provider.openSetup({ ...payer, ...urls, currency });
  } catch (error) {
    if (error instanceof PaymentRefusedError)
      throw new PortalRefusedError(actor.kind === 'app' ? error.message : null, 'page to save a payment method');
    throw toUnavailable(actor.kind, error);
  }
}
