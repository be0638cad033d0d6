/** The seed's shop, and the verbs that most tests begin with. */
import { expect, vi } from 'vitest';
import type { TestBrim } from './brim.ts';
import { patience } from './deadlines.ts';

export const MESSAGES = 'premium_messages';

/**
 * The metered feature, the plan `free` (10 one-off, auto-enabled) and the plan `top_up` ($10 per
 * 100, prepaid, one-off, add-on).
 */
export async function openShop({ data }: Pick<TestBrim, 'data'>): Promise<void> {
  await data(`mutation {
    feature: createFeature(input: { id: "premium_messages", name: "Premium messages", type: METERED }) { ... on CreateFeatureSuccess { feature { id } } ... on Error { message } }
    free: createPlan(input: { id: "free", name: "Free", autoEnable: true, items: [{ featureId: "premium_messages", included: "10" }] }) { ... on CreatePlanSuccess { plan { id } } ... on Error { message } }
    topUp: createPlan(input: { id: "top_up", name: "Top-up", addOn: true, items: [
      { featureId: "premium_messages", price: { amount: { amount: "10", currency: "usd" }, billingUnits: "100", method: PREPAID } }
    ] }) { ... on CreatePlanSuccess { plan { id } } ... on Error { message } }
  }`);
}

/** A customer with what is attached by itself. */
export async function createCustomer({ data }: Pick<TestBrim, 'data'>, id: string): Promise<void> {
  await data(`mutation ($id: ID!) { createCustomer(input: { id: $id }) { __typename ... on Error { message } } }`, { id });
}

/** What remains, and what else the balance says. */
export async function balanceOf({ data }: Pick<TestBrim, 'data'>, customerId: string, featureId = MESSAGES) {
  const { customer } = await data(
    `query ($customerId: ID!, $featureId: ID!) { customer(id: $customerId) { sequence balance(featureId: $featureId) { remaining granted usage held version unlimited } } }`,
    { customerId, featureId },
  );
  return customer.balance;
}

/** Takes a use off, and gives the payload as it came. */
export async function track({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>) {
  const { track: payload } = await data(
    `mutation ($input: TrackInput!) { track(input: $input) {
      __typename
      ... on TrackSuccess { requested applied shortfall replayed balance { remaining version } entry { id sequence kind amount requested allocations { amount grant { id } } } }
      ... on InsufficientBalanceError { required remaining offers { plan { id } quantity price { amount currency } } }
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

/** Attaches a plan, and gives the payload as it came. */
export async function attach({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>, credential?: string) {
  const { attachPlan } = await data(
    `mutation ($input: AttachPlanInput!) { attachPlan(input: $input) {
      __typename
      ... on AttachPlanSuccess { checkoutUrl purchase { id status total { amount currency } checkoutUrl featureQuantities { feature { id } quantity } } balances { remaining } }
      ... on PlanAlreadyAttachedError { purchase { id status } }
      ... on PaymentFailedError { purchase { id status failureReason } }
      ... on InvalidInputError { issues { path message } }
      ... on Error { message }
    } }`,
    { input },
    credential,
  );
  return attachPlan;
}

/**
 * Answers the sandbox's page as a person does: with Pay, unless told otherwise. Follows nothing.
 */
export async function answerPage(checkoutUrl: string, outcome?: 'pay' | 'decline' | 'pay_later' | 'cancel'): Promise<Response> {
  return fetch(`${checkoutUrl}/complete`, {
    method: 'POST',
    redirect: 'manual',
    ...(outcome ? { body: new URLSearchParams({ outcome }) } : {}),
  });
}

/** Decides how a delayed payment ends, on the sandbox's page. */
export async function decideDelayedPayment(checkoutUrl: string, outcome: 'succeed' | 'fail'): Promise<Response> {
  return fetch(`${checkoutUrl}/settle`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome }) });
}

/** So much of one feature, as attachPlan wants it. */
export function wanting(quantity: string, featureId = MESSAGES) {
  return [{ featureId, quantity }];
}

/** What a plan's prepaid item costs: so much for each `billingUnits`. */
export function prepaid(amount: string, billingUnits = '100', currency = 'usd') {
  return { amount: { amount, currency }, billingUnits, method: 'PREPAID' };
}

/** Makes a metered feature. */
export async function createFeature({ data }: Pick<TestBrim, 'data'>, id: string): Promise<void> {
  const { createFeature: payload } = await data(
    'mutation ($input: CreateFeatureInput!) { createFeature(input: $input) { __typename ... on Error { message } } }',
    { input: { id, name: id, type: 'METERED' } },
  );
  expect(payload).toEqual({ __typename: 'CreateFeatureSuccess' });
}

/** Puts a plan on sale, named by its id. */
export async function createPlan({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>): Promise<void> {
  const { createPlan: payload } = await data(
    'mutation ($input: CreatePlanInput!) { createPlan(input: $input) { __typename ... on Error { message } } }',
    { input: { name: input['id'], ...input } },
  );
  expect(payload).toEqual({ __typename: 'CreatePlanSuccess' });
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

/** A purchase as it stands. */
export async function findPurchase({ data }: Pick<TestBrim, 'data'>, id: string) {
  const { purchase } = await data(
    `query ($id: ID!) { purchase(id: $id) {
      id status checkoutUrl failureReason settledAt total { amount currency } featureQuantities { feature { id } quantity }
      grants { granted remaining } plan { id version key price { amount { amount } } items { price { amount { amount } } } }
    } }`,
    { id },
  );
  return purchase;
}

/** The purchase, once its status is this one. */
export async function untilStatus(brim: Pick<TestBrim, 'data'>, purchaseId: string, status: string) {
  return vi.waitFor(
    async () => {
      const purchase = await findPurchase(brim, purchaseId);
      expect(purchase).toMatchObject({ status });
      return purchase;
    },
    { timeout: patience(10_000), interval: 20 },
  );
}

/** Makes a feature of any type. */
export async function defineFeature({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>): Promise<void> {
  const { createFeature: payload } = await data(
    'mutation ($input: CreateFeatureInput!) { createFeature(input: $input) { __typename ... on Error { message } } }',
    { input: { name: input['id'], ...input } },
  );
  expect(payload).toEqual({ __typename: 'CreateFeatureSuccess' });
}

/** Moves the time on, where it can be moved. @returns the time that it is then. */
export async function advanceClock({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>): Promise<string> {
  const { advanceClock: payload } = await data(
    'mutation ($input: AdvanceClockInput!) { advanceClock(input: $input) { ... on AdvanceClockSuccess { now } ... on Error { message } } }',
    { input },
  );
  expect(payload).toEqual({ now: expect.any(String) });
  return payload.now;
}

/** Whether so much can be used now, and what would make it so. */
export async function check({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>, credential?: string) {
  const { check: checked } = await data(
    `query ($input: CheckInput!) { check(input: $input) {
      allowed required shortfall feature { id } balance { remaining unlimited } balances { feature { id } remaining }
      offers { plan { id } feature { id } quantity price { amount currency } }
    } }`,
    { input: { featureId: MESSAGES, ...input } },
    credential,
  );
  return checked;
}

/** What moved a customer's balances, the oldest first. */
export async function ledgerOf({ data }: Pick<TestBrim, 'data'>, customerId: string, featureId?: string) {
  const { customer } = await data(
    `query ($customerId: ID!, $featureId: ID) { customer(id: $customerId) { ledger(first: 100, featureId: $featureId) {
      nodes { sequence kind feature { id } amount requested remainingBefore remainingAfter occurredAt purchase { id } }
    } } }`,
    { customerId, featureId },
  );
  return customer.ledger.nodes.toReversed();
}

/** Cancels a purchase, and gives the payload as it came. */
export async function cancelPurchase(
  { data }: Pick<TestBrim, 'data'>,
  purchaseId: string,
  when: 'NOW' | 'PERIOD_END' = 'NOW',
  ifStatus?: 'PENDING' | 'ACTIVE',
) {
  const { cancelPurchase: payload } = await data(
    `mutation ($input: CancelPurchaseInput!) { cancelPurchase(input: $input) {
      __typename ... on CancelPurchaseSuccess { outcome purchase { id status checkoutUrl endsAt endedAt } balances { remaining } }
      ... on InvalidInputError { issues { path message } } ... on Error { message }
    } }`,
    { input: { purchaseId, when, ...(ifStatus ? { ifStatus } : {}) } },
  );
  return payload;
}
