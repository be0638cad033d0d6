/** Purchases that recur: what they say of their periods and payments. */
import type { TestBrim } from '../brim.ts';

/** A recurring purchase as it stands, with its payments. */
export async function findRecurring({ data }: Pick<TestBrim, 'data'>, id: string) {
  const { purchase } = await data(
    `query ($id: ID!) { purchase(id: $id) {
      id status charged { amount currency } currentPeriodStart currentPeriodEnd cancelAtPeriodEnd endsAt endedAt
      refundable { amount currency } payments { id status amount { amount currency } invoiceUrl }
      grants { origin granted remaining }
    } }`,
    { id },
  );
  return purchase;
}

/** Takes back a cancel at the end of the period, and gives the payload as it came. */
export async function resumePurchase({ data }: Pick<TestBrim, 'data'>, purchaseId: string) {
  const { resumePurchase: payload } = await data(
    `mutation ($input: ResumePurchaseInput!) { resumePurchase(input: $input) {
      __typename ... on ResumePurchaseSuccess { purchase { id status cancelAtPeriodEnd endsAt } }
      ... on InvalidInputError { issues { path message } } ... on Error { message }
    } }`,
    { input: { purchaseId } },
  );
  return payload;
}
