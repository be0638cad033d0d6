/** Auto top-ups, and what became of them. Each verb gives the payload as it came. */
import type { TestBrim } from '../brim.ts';
import { MESSAGES } from './catalogue.ts';

const AUTO_TOP_UP = `feature { id } plan { id } threshold quantity maxPerMonth { amount currency } status
  spentThisMonth { amount currency } lastAttemptAt nextAttemptAt failureReason
  purchase { id status automatic checkoutUrl }`;

/** Sets it: 100 for $10 at 20, unless told otherwise. */
export async function setAutoTopUp({ data }: Pick<TestBrim, 'data'>, input: Record<string, unknown>, credential?: string) {
  const { setAutoTopUp: payload } = await data(
    `mutation ($input: SetAutoTopUpInput!) { setAutoTopUp(input: $input) {
      __typename ... on SetAutoTopUpSuccess { autoTopUp { ${AUTO_TOP_UP} } }
      ... on InvalidInputError { issues { path message } } ... on Error { message }
    } }`,
    { input: { featureId: MESSAGES, planId: 'top_up', threshold: '20', quantity: '100', ...input } },
    credential,
  );
  return payload;
}

/** The first auto top-up of a customer. */
export async function autoTopUpOf({ data }: Pick<TestBrim, 'data'>, customerId: string, credential?: string) {
  const { customer } = await data(
    `query ($id: ID!) { customer(id: $id) { autoTopUps { ${AUTO_TOP_UP} } } }`,
    { id: customerId },
    credential,
  );
  return customer.autoTopUps[0];
}
