/** The customers that calls name and change. */
import type Stripe from 'stripe';
import type { Records } from '../store/records.ts';
import { missingParam } from '../wire/api-error.ts';
import type { Act } from './act.ts';

/** @throws SandboxApiError where the account does not have the customer, or has deleted it. */
export async function namedCustomer(records: Records, customerId: string): Promise<Stripe.Customer> {
  const customer = await records.find('customer', customerId);
  if (customer === undefined || customer.deleted === true) throw missingParam('customer', customerId, 'customer');
  return customer;
}

type CustomerChanges = Partial<Pick<Stripe.Customer, 'name' | 'email' | 'metadata' | 'invoice_settings'>>;

/** Changes a customer, with an event where something is different afterwards. */
export async function changeCustomer(
  { records, now }: Act,
  customer: Stripe.Customer,
  changes: CustomerChanges,
): Promise<Stripe.Customer> {
  const changed: Stripe.Customer = { ...customer, ...changes };
  const isSame = (field: keyof CustomerChanges) => JSON.stringify(customer[field]) === JSON.stringify(changed[field]);
  const different = (['name', 'email', 'metadata', 'invoice_settings'] as const).filter((field) => !isSame(field));
  if (different.length === 0) return customer;
  const previous = Object.fromEntries(different.map((field) => [field, customer[field]]));
  await records.put('customer', changed.id, changed);
  await records.addEvent({ type: 'customer.updated', object: changed, previous }, now);
  return changed;
}

/** Metadata after an update: it names what changes, and an empty value removes a key. */
export function mergedMetadata(present: Stripe.Metadata, changes: Readonly<Record<string, string>>): Stripe.Metadata {
  return Object.fromEntries(Object.entries({ ...present, ...changes }).filter(([, value]) => value !== ''));
}

/** Deletes a customer. Of it the id is left, which no further call may name. */
export async function deleteCustomer({ records, now }: Act, customer: Stripe.Customer): Promise<Stripe.DeletedCustomer> {
  const deleted: Stripe.DeletedCustomer = { id: customer.id, object: 'customer', deleted: true };
  await records.put('customer', customer.id, deleted);
  await records.addEvent({ type: 'customer.deleted', object: customer }, now);
  return deleted;
}
