/** Holds and corrections as an app's server sends them, each payload as it comes. */
import type { TestBrim } from '../support/brim.ts';

type Door = Pick<TestBrim, 'data'>;
type Input = Record<string, unknown>;

const BALANCE = '{ feature { id } remaining held granted usage version }';
const ENTRY = `{
  id sequence kind feature { id } amount held requested applied units properties reason remainingBefore remainingAfter
  cause { sequence } hold { id status } allocations { grant { id } amount held granted lost }
}`;
const HOLD = '{ id status amount settledAmount createdAt expiresAt endedAt feature { id } customer { id } }';
const GRANT = '{ id origin granted remaining held endedAt }';
const REFUSED = `... on Error { message }
  ... on InvalidInputError { issues { path message } }
  ... on InsufficientBalanceError { required remaining balance { remaining held } offers { plan { id } quantity price { amount currency } } }
  ... on IdempotencyConflictError { idempotencyKey }`;
const HOLD_REFUSED = `... on Error { message } ... on InvalidInputError { issues { path message } }
  ... on HoldNotFoundError { holdId } ... on HoldNotOpenError { hold ${HOLD} }`;
const OUTCOME = `entry ${ENTRY} entries ${ENTRY} balance ${BALANCE} balances ${BALANCE}`;

async function send({ data }: Door, verb: string, input: Input, selection: string) {
  const inputType = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const { answer } = await data(
    `mutation ($input: ${inputType}!) { answer: ${verb}(input: $input) { __typename ${selection} } }`,
    { input },
  );
  return answer;
}

export function placeHold(brim: Door, input: Input) {
  const success = `... on PlaceHoldSuccess { hold ${HOLD} balance ${BALANCE} balances ${BALANCE} replayed }`;
  return send(brim, 'placeHold', input, `${success} ${REFUSED}`);
}

export function settleHold(brim: Door, holdId: string, amount: string, more: Input = {}) {
  const success = `... on SettleHoldSuccess { hold ${HOLD} ${OUTCOME} applied shortfall }`;
  return send(brim, 'settleHold', { holdId, amount, ...more }, `${success} ${HOLD_REFUSED}`);
}

export function releaseHold(brim: Door, holdId: string) {
  const success = `... on ReleaseHoldSuccess { hold ${HOLD} entries ${ENTRY} balance ${BALANCE} balances ${BALANCE} }`;
  return send(brim, 'releaseHold', { holdId }, `${success} ${HOLD_REFUSED}`);
}

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
export async function use(brim: Door, input: Input) {
  const success = `... on TrackSuccess { ${OUTCOME} applied shortfall }`;
  return send(brim, 'track', input, `${success} ... on Error { message }`);
}

/** A hold as it stands. */
export async function findHold({ data }: Door, id: string, credential?: string) {
  const { hold } = await data(`query ($id: ID!) { hold(id: $id) ${HOLD} }`, { id }, credential);
  return hold;
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

/** What stands in a customer's ledger, the oldest first, as "KIND amount feature". */
export async function ledgerOf({ data }: Door, customerId: string): Promise<readonly string[]> {
  const { customer } = await data(
    'query ($customerId: ID!) { customer(id: $customerId) { ledger(first: 100) { nodes { kind amount feature { id } } } } }',
    { customerId },
  );
  return customer.ledger.nodes
    .map(
      ({ kind, amount, feature }: { kind: string; amount: string; feature: { id: string } }) => `${kind} ${amount} ${feature.id}`,
    )
    .reverse();
}

/** Makes a credit system, which costs so much for a unit of each feature. */
export async function createCredits({ data }: Door, id: string, costs: Readonly<Record<string, string>>): Promise<void> {
  const creditCosts = Object.entries(costs).map(([featureId, cost]) => ({ featureId, cost }));
  const { createFeature } = await data(
    'mutation ($input: CreateFeatureInput!) { createFeature(input: $input) { __typename ... on Error { message } } }',
    { input: { id, name: id, type: 'CREDIT_SYSTEM', creditCosts } },
  );
  if (createFeature.__typename !== 'CreateFeatureSuccess') throw new Error(createFeature.message);
}
