/** A shop in which credits pay for what is done, and everything that is asked of it. */
import { openBrim, type TestBrim } from '../support/brim.ts';
import { balanceOf, createCustomer, createFeature, createPlan, grant, prepaid } from '../support/shop.ts';

export const ACTION1 = 'action1';
export const ACTION2 = 'action2';
export const PICTURE = 'picture';
export const CREDITS = 'credits';
export const GEMS = 'gems';

export interface CreditShop {
  readonly brim: TestBrim;
  /** A customer with so much of each. */
  openBalances(customerId: string, amounts: Readonly<Record<string, string>>): Promise<void>;
  /** Takes a use off, and gives the payload as it came, with all that paid. */
  use: (customerId: string, featureId: string, value: string, more?: Record<string, unknown>) => ReturnType<TestBrim['data']>;
  remaining(customerId: string, ...featureIds: string[]): Promise<string[]>;
}

/** What a track answers where credits may have paid. */
export const TRACKED = `__typename
  ... on TrackSuccess {
    requested applied shortfall replayed
    entry { id sequence amount requested feature { id } } entries { id sequence kind amount feature { id } }
    balance { remaining feature { id } } balances { remaining usage feature { id } }
  }
  ... on InsufficientBalanceError { required remaining offers { plan { id } feature { id } quantity price { amount } } }
  ... on Error { message }`;

/**
 * Credits pay 0.2, 0.6 and 1 for the two actions and a picture, and are sold at $5 a hundred; gems
 * pay 0.5 for a picture.
 */
export async function openCreditShop(): Promise<CreditShop> {
  const brim = await openBrim();
  for (const id of [ACTION1, ACTION2, PICTURE]) await createFeature(brim, id);
  await createFeature(brim, {
    id: CREDITS,
    type: 'CREDIT_SYSTEM',
    creditCosts: [
      { featureId: ACTION1, cost: '0.2' },
      { featureId: ACTION2, cost: '0.6' },
      { featureId: PICTURE, cost: '1' },
    ],
  });
  // The younger of the two systems that pay for pictures: it comes second.
  await createFeature(brim, { id: GEMS, type: 'CREDIT_SYSTEM', creditCosts: [{ featureId: PICTURE, cost: '0.5' }] });
  await createPlan(brim, { id: 'credit_packs', addOn: true, items: [{ featureId: CREDITS, price: prepaid('5') }] });
  await createPlan(brim, { id: 'all_credits', addOn: true, items: [{ featureId: CREDITS, unlimited: true }] });
  return {
    brim,
    async openBalances(customerId, amounts) {
      await createCustomer(brim, customerId);
      for (const [featureId, amount] of Object.entries(amounts)) await grant(brim, { customerId, featureId, amount });
    },
    async use(customerId, featureId, value, more = {}) {
      const input = { customerId, featureId, value, ...more };
      return (await brim.data(`mutation ($input: TrackInput!) { track(input: $input) { ${TRACKED} } }`, { input })).track;
    },
    remaining: (customerId, ...featureIds) =>
      Promise.all(featureIds.map(async (featureId) => (await balanceOf(brim, customerId, featureId)).remaining)),
  };
}

/** Whose balance each entry of a use moved, and by how much. */
export function entriesOf({ entries }: { readonly entries: readonly { feature: { id: string }; amount: string }[] }): string[] {
  return entries.map(({ feature, amount }) => `${feature.id} ${amount}`);
}
