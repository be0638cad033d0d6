/** What the tests of holds and corrections select, and how they send a mutation. */
import type { TestBrim } from '../brim.ts';

type Door = Pick<TestBrim, 'data'>;
type Input = Record<string, unknown>;

export const BALANCE = '{ feature { id } remaining held granted usage version }';
export const ENTRY = `{
  id sequence kind feature { id } amount held requested applied units properties reason remainingBefore remainingAfter
  cause { sequence } hold { id status } allocations { grant { id } amount held granted lost }
}`;
export const HOLD = '{ id status amount settledAmount createdAt expiresAt endedAt feature { id } customer { id } }';
export const GRANT = '{ id origin granted remaining held endedAt }';
export const REFUSED = `... on Error { message }
  ... on InvalidInputError { issues { path message } }
  ... on InsufficientBalanceError { required remaining balance { remaining held } offers { plan { id } quantity price { amount currency } } }
  ... on UsageLimitReachedError { required usageLimit { id remaining resetsAt } }
  ... on IdempotencyConflictError { idempotencyKey }`;
export const HOLD_REFUSED = `... on Error { message } ... on InvalidInputError { issues { path message } }
  ... on HoldNotFoundError { holdId } ... on HoldNotOpenError { hold ${HOLD} }`;
export const OUTCOME = `entry ${ENTRY} entries ${ENTRY} balance ${BALANCE} balances ${BALANCE}`;

export async function send({ data }: Door, verb: string, input: Input, selection: string) {
  const inputType = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const { answer } = await data(
    `mutation ($input: ${inputType}!) { answer: ${verb}(input: $input) { __typename ${selection} } }`,
    { input },
  );
  return answer;
}
