/** Customers: who has balances. */
import type {
  CustomerSnapshotQuery,
  CustomersQueryVariables,
  EraseCustomerInput,
  EraseCustomerMutation,
  UpdateCustomerInput,
  UpdateCustomerMutation,
} from '../documents/generated/graphql.ts';
import {
  CreateCustomerText,
  CustomerSnapshotText,
  CustomersText,
  CustomerText,
  EraseCustomerText,
  UpdateCustomerText,
} from '../documents/generated/texts.ts';
import { type Call, type CallOptions, payloadOf } from './call.ts';
import { type Page, pageOf } from './page.ts';
import type { CreateCustomerAnswer, CreateCustomerInput, Customer } from './types.ts';

export type UpdateCustomerAnswer = NonNullable<UpdateCustomerMutation['updateCustomer']>;
export type EraseCustomerAnswer = NonNullable<EraseCustomerMutation['eraseCustomer']>;
/**
 * What a page may know of its customer: its names and its balances, and none of the app's own
 * facts.
 */
export type CustomerSnapshot = NonNullable<CustomerSnapshotQuery['customer']>;

export interface CustomerVerbs {
  /** Makes a customer, or finds it: once, however many calls race. */
  createCustomer(input: CreateCustomerInput, options?: CallOptions): Promise<CreateCustomerAnswer>;
  /** Changes what is given, and leaves the rest. `metadata` is replaced as a whole. */
  updateCustomer(input: UpdateCustomerInput, options?: CallOptions): Promise<UpdateCustomerAnswer>;
  /**
   * Takes every word about a customer away, and keeps the numbers under a random id. Refused while
   * something of it is open: CustomerNotErasableError lists that.
   */
  eraseCustomer(input: EraseCustomerInput, options?: CallOptions): Promise<EraseCustomerAnswer>;
  /** One customer, with its metadata and its balances; null where there is none with this id. */
  customer(id: string, options?: CallOptions): Promise<Customer | null>;
  /**
   * The customers, newest first; `search` finds a part of an id, a name or an email. A page has 20
   * unless `first` says 1 to 100.
   */
  customers(input?: CustomersQueryVariables, options?: CallOptions): Promise<Page<Customer>>;
  /**
   * What `initial` of `<BrimProvider>` takes, so that the first paint is the number. It goes to the
   * browser as it is, so it holds no metadata. null where there is no such customer.
   */
  snapshot(customerId: string, options?: CallOptions): Promise<CustomerSnapshot | null>;
}

export function customerVerbs(call: Call): CustomerVerbs {
  return {
    createCustomer: (given, options) =>
      payloadOf(given, async (input) => (await call(CreateCustomerText, { input }, options)).createCustomer),
    updateCustomer: (given, options) =>
      payloadOf(given, async (input) => (await call(UpdateCustomerText, { input }, options)).updateCustomer),
    eraseCustomer: (given, options) =>
      payloadOf(given, async (input) => (await call(EraseCustomerText, { input }, options)).eraseCustomer),
    customer: async (id, options) => (await call(CustomerText, { id }, options)).customer,
    customers: async (input = {}, options) => pageOf((await call(CustomersText, input, options)).customers),
    snapshot: async (customerId, options) => (await call(CustomerSnapshotText, { customerId }, options)).customer,
  };
}
