/** Corrections as an app's server sends them, each payload as it comes. */
import type { TestBrim } from '../brim.ts';
import { BALANCE, ENTRY, GRANT, OUTCOME, send } from './selections.ts';

type Door = Pick<TestBrim, 'data'>;
type Input = Record<string, unknown>;

export function reverseUsage(brim: Door, entryId: string, more: Input = {}) {
  const success = `... on ReverseUsageSuccess { ${OUTCOME} requested returned lost { grant ${GRANT} amount } replayed }`;
  const refused = `... on Error { message } ... on InvalidInputError { issues { path message } }`;
  return send(brim, 'reverseUsage', { entryId, ...more }, `${success} ${refused}`);
}

export function adjustBalance(brim: Door, input: Input) {
  const success = `... on AdjustBalanceSuccess { entry ${ENTRY} balance ${BALANCE} replayed }`;
  return send(
    brim,
    'adjustBalance',
    input,
    `${success} ... on Error { message } ... on InvalidInputError { issues { path message } }`,
  );
}

export function voidGrant(brim: Door, grantId: string, more: Input = {}) {
  const success = `... on VoidGrantSuccess { grant ${GRANT} entry ${ENTRY} balance ${BALANCE} }`;
  const refused =
    '... on Error { message } ... on InvalidInputError { issues { path message } } ... on GrantNotFoundError { grantId }';
  return send(brim, 'voidGrant', { grantId, ...more }, `${success} ${refused}`);
}

/** A use, by its entry. */
export async function useInFull(brim: Door, input: Input) {
  const success = `... on TrackSuccess { ${OUTCOME} applied shortfall }`;
  return send(brim, 'track', input, `${success} ... on Error { message }`);
}

/** The open grants of a balance in their order, then those that are used up. */
export async function grantsOf({ data }: Door, customerId: string, featureId: string) {
  const { customer } = await data(
    `query ($customerId: ID!, $featureId: ID!) { customer(id: $customerId) { balance(featureId: $featureId) {
      grants(includeUsedUp: true) ${GRANT}
    } } }`,
    { customerId, featureId },
  );
  return customer.balance.grants;
}
