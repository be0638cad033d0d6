/** Customers, and what they may do by themselves. */
import type { TestBrim } from '../brim.ts';

/** A customer with what is attached by itself. */
export async function createCustomer({ data }: Pick<TestBrim, 'data'>, id: string): Promise<void> {
  await data(`mutation ($id: ID!) { createCustomer(input: { id: $id }) { __typename ... on Error { message } } }`, { id });
}

/** A token for this customer's browser, which may attach these plans. */
export async function createCustomerToken(
  { data }: Pick<TestBrim, 'data'>,
  customerId: string,
  attachablePlanIds: readonly string[] = [],
): Promise<string> {
  const { createCustomerToken: payload } = await data(
    `mutation ($input: CreateCustomerTokenInput!) { createCustomerToken(input: $input) { ... on CreateCustomerTokenSuccess { token } } }`,
    { input: { customerId, attachablePlanIds } },
  );
  return payload.token;
}
