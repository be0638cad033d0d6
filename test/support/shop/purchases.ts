/** Plans that customers attach, pay and cancel. */
import { expect, vi } from 'vitest';
import type { TestBrim } from '../brim.ts';
import { patience } from '../deadlines.ts';

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
export async function answerPage(
  checkoutUrl: string,
  outcome?: 'pay' | 'decline' | 'pay_later' | 'cancel',
  fields: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${checkoutUrl}/complete`, {
    method: 'POST',
    redirect: 'manual',
    ...(outcome ? { body: new URLSearchParams({ outcome, ...fields }) } : {}),
  });
}

/** Decides how a delayed payment ends, on the sandbox's page. */
export async function decideDelayedPayment(checkoutUrl: string, outcome: 'succeed' | 'fail'): Promise<Response> {
  return fetch(`${checkoutUrl}/settle`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ outcome }) });
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

/** A customer's purchases, the newest first, as "plan STATUS". */
export async function plansOf({ data }: Pick<TestBrim, 'data'>, customerId: string): Promise<readonly string[]> {
  const { customer } = await data(
    'query ($id: ID!) { customer(id: $id) { purchases(first: 100) { nodes { status plan { id } } } } }',
    { id: customerId },
  );
  return customer.purchases.nodes.map((node: { status: string; plan: { id: string } }) => `${node.plan.id} ${node.status}`);
}

/** The ids of a customer's ACTIVE purchases of a plan. */
export async function activeOf({ data }: Pick<TestBrim, 'data'>, customerId: string, planId: string): Promise<readonly string[]> {
  const { customer } = await data(
    'query ($id: ID!) { customer(id: $id) { purchases(first: 100, statuses: ACTIVE) { nodes { id plan { id } } } } }',
    { id: customerId },
  );
  return customer.purchases.nodes
    .filter((node: { plan: { id: string } }) => node.plan.id === planId)
    .map((node: { id: string }) => node.id);
}
