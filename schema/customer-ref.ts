import type { Customer } from '../src/customers/customers.ts';
import { builder } from './builder.ts';

/** Balances and purchases name their customer, and customers name those: the name comes first. */
export const CustomerRef = builder.objectRef<Customer>('Customer');
