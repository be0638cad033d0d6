import type { Customer } from '../src/customers/customers.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { mustExist } from './must-exist.ts';

/** A customer of whom only the id is known. */
interface NamedCustomer {
  readonly id: string;
}

/**
 * Declared before it is implemented, because customers refer to balances, which refer to customers.
 */
export const CustomerRef = builder.objectRef<Customer | NamedCustomer>('Customer');

/** Reads the customer if only its id is known: a query for the id alone needs no read. */
export async function loadCustomer(
  customer: Customer | NamedCustomer,
  { customers }: Context,
): Promise<Customer> {
  return 'createdAt' in customer
    ? customer
    : mustExist(await customers.find(customer.id), customer.id);
}
