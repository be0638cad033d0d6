/** What moves a customer's balances, and what they are. Each verb gives the payload as it came. */
import type { TestBrim } from '../brim.ts';
import { MESSAGES } from './catalogue.ts';

/** What remains, and what else the balance says. */
export async function balanceOf({ data }: Pick<TestBrim, 'data'>, customerId: string, featureId = MESSAGES) {
  const { customer } = await data(
    `query ($customerId: ID!, $featureId: ID!) { customer(id: $customerId) { sequence balance(featureId: $featureId) { remaining granted usage held version unlimited } } }`,
    { customerId, featureId },
  );
  return customer.balance;
}

/** Whether so much can be used now, and what would make it so. */
export async function check({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>, credential?: string) {
  const { check: checked } = await data(
    `query ($input: CheckInput!) { check(input: $input) {
      allowed required shortfall limitedBy { id remaining } feature { id } balance { remaining unlimited } balances { feature { id } remaining }
      offers { plan { id } feature { id } quantity price { amount currency } }
    } }`,
    { input: { featureId: MESSAGES, ...input } },
    credential,
  );
  return checked;
}

/** Takes a use off, and gives the payload as it came. */
export async function track({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>) {
  const { track: payload } = await data(
    `mutation ($input: TrackInput!) { track(input: $input) {
      __typename
      ... on TrackSuccess { requested applied shortfall replayed balance { remaining version } entry { id sequence kind amount requested allocations { amount grant { id } } } }
      ... on InsufficientBalanceError { required remaining offers { plan { id } quantity price { amount currency } } }
      ... on UsageLimitReachedError { required usageLimit { id max used held remaining resetsAt } }
      ... on InvalidInputError { issues { path message } }
      ... on Error { message }
    } }`,
    { input: { featureId: MESSAGES, ...input } },
  );
  return payload;
}

/** Gives an amount by hand. */
export async function grant({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>) {
  const { grantBalance } = await data(
    `mutation ($input: GrantBalanceInput!) { grantBalance(input: $input) {
      __typename ... on GrantBalanceSuccess { grant { id remaining granted } balance { remaining version } }
      ... on InvalidInputError { issues { path message } } ... on Error { message }
    } }`,
    { input: { featureId: MESSAGES, ...input } },
  );
  return grantBalance;
}
