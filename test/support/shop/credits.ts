/** A catalogue in which credits pay for what is done, and what is asked of it. */
import type { TestBrim } from '../brim.ts';
import { balanceOf, grant } from './balances.ts';
import { type Catalogue, creditSystem, prepaid } from './catalogue.ts';
import { createCustomer } from './customers.ts';

export const ACTION1 = 'action1';
export const ACTION2 = 'action2';
export const PICTURE = 'picture';
export const CREDITS = 'credits';
export const GEMS = 'gems';

/**
 * Credits pay 0.2, 0.6 and 1 for the two actions and a picture, and are sold at $5 a hundred; gems
 * pay 0.5 for a picture. Gems are the younger of the two systems that pay for pictures, and come
 * second.
 */
export const CREDIT_CATALOGUE: Catalogue = {
  features: [
    ...[ACTION1, ACTION2, PICTURE],
    creditSystem(CREDITS, { [ACTION1]: '0.2', [ACTION2]: '0.6', [PICTURE]: '1' }),
    creditSystem(GEMS, { [PICTURE]: '0.5' }),
  ],
  plans: [
    { id: 'credit_packs', addOn: true, items: [{ featureId: CREDITS, price: prepaid('5') }] },
    { id: 'all_credits', addOn: true, items: [{ featureId: CREDITS, unlimited: true }] },
  ],
};

/** What a track answers where credits may have paid. */
export const TRACKED = `__typename
  ... on TrackSuccess {
    requested applied shortfall replayed
    entry { id sequence amount requested feature { id } } entries { id sequence kind amount feature { id } }
    balance { remaining feature { id } } balances { remaining usage feature { id } }
  }
  ... on InsufficientBalanceError { required remaining offers { plan { id } feature { id } quantity price { amount } } }
  ... on Error { message }`;

/** A new customer with so much of each feature. */
export async function openBalances(brim: TestBrim, customerId: string, amounts: Readonly<Record<string, string>>): Promise<void> {
  await createCustomer(brim, customerId);
  for (const [featureId, amount] of Object.entries(amounts)) await grant(brim, { customerId, featureId, amount });
}

/** Takes a use off, and gives the payload as it came, with all that paid. */
export async function useCredits({ data }: TestBrim, customerId: string, featureId: string, value: string, more: object = {}) {
  const input = { customerId, featureId, value, ...more };
  return (await data(`mutation ($input: TrackInput!) { track(input: $input) { ${TRACKED} } }`, { input })).track;
}

/** What remains of each feature. */
export function remainingOf(brim: TestBrim, customerId: string, ...featureIds: string[]): Promise<string[]> {
  return Promise.all(featureIds.map(async (featureId) => (await balanceOf(brim, customerId, featureId)).remaining));
}

/** Whose balance each entry of a use moved, and by how much. */
export function paymentsOf({ entries }: { readonly entries: readonly { feature: { id: string }; amount: string }[] }): string[] {
  return entries.map(({ feature, amount }) => `${feature.id} ${amount}`);
}
