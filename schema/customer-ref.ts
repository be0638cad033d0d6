import type { Customer } from '../src/customers/customers.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { existing } from './existing.ts';

/** A customer of whom no more than the id is known. */
interface NamedCustomer {
  readonly id: string;
}

/** Balances and purchases name their customer, and customers name those: the name comes first. */
export const CustomerRef = builder.objectRef<Customer | NamedCustomer>('Customer');

/** All of a customer, read where only the name is known: a query for the id alone needs no read. */
export async function wholeCustomer(
  customer: Customer | NamedCustomer,
  { customers }: Context,
): Promise<Customer> {
  return 'createdAt' in customer
    ? customer
    : existing(await customers.find(customer.id), customer.id);
}
