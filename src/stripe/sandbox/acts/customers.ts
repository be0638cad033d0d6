/** The customers that calls name. */
import type Stripe from 'stripe';
import type { Records } from '../store/records.ts';
import { missingParam } from '../wire/api-error.ts';

/** @throws SandboxApiError where the account does not have the customer, or has deleted it. */
export async function namedCustomer(records: Records, customerId: string): Promise<Stripe.Customer> {
  const customer = await records.find('customer', customerId);
  if (customer === undefined || customer.deleted === true) throw missingParam('customer', customerId, 'customer');
  return customer;
}
