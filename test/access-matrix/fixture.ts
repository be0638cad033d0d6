/**
 * Two customers of one shop: Ada, as whom the tests ask, and Bob, of whom she must see nothing.
 * Everything of Bob's contains "zebra", except his id, which refusals repeat to callers who sent
 * it.
 */
import type { TestBrim } from '../support/brim.ts';
import { answerPage, attach, MESSAGES, openShop, prepaid, seedAnd } from '../support/shop.ts';

export const ADA = 'customer-1';
export const BOB = 'customer-2';

export interface Fixture {
  readonly brim: TestBrim;
  /** Ada's token, with which she may attach `top_up`. */
  readonly token: string;
  readonly purchases: { readonly ada: Bought; readonly bob: Bought };
  tokenFor(customerId: string, ...attachablePlanIds: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export interface Bought {
  readonly paid: string;
  readonly pending: string;
  readonly pendingUrl: string;
  /** An open hold. */
  readonly hold: string;
}

const CATALOGUE = seedAnd({
  features: ['seats'],
  plans: [
    { id: 'bulk', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('50', '1000') }] },
    {
      id: 'stripes',
      name: 'Zebra plan',
      description: 'For zebras',
      addOn: true,
      items: [{ featureId: 'seats', price: prepaid('3', '1') }],
    },
    { id: 'gift', addOn: true, items: [{ featureId: 'seats', included: '1' }] },
  ],
});

/**
 * On sale: `free` (automatic), `top_up`, `bulk` and `gift`, which costs nothing. `stripes` was on
 * sale until Bob had bought it.
 */
export async function openFixture(): Promise<Fixture> {
  const brim = await openShop({ catalogue: CATALOGUE });
  const ada = await furnish(brim, ADA, 'apple');
  const bob = await furnish(brim, BOB, 'zebra');
  await brim.data('mutation { archivePlan(input: { id: "stripes" }) { __typename } }');
  const tokenFor = async (customerId: string, ...attachablePlanIds: readonly string[]) =>
    (await brim.app.domain.access.customerTokens.issue({ customerId, attachablePlanIds })).token;
  return { brim, token: await tokenFor(ADA, 'top_up'), purchases: { ada, bob }, tokenFor, close: () => brim.close() };
}

/**
 * Gives a customer one of everything: a paid and a pending purchase, used and unused grants, a
 * hold, and text in every text field.
 */
async function furnish(brim: TestBrim, id: string, word: string): Promise<Bought> {
  const { place } = await brim.data(
    `mutation ($customer: CreateCustomerInput!, $use: TrackInput!, $gift: GrantBalanceInput!, $hold: PlaceHoldInput!, $limit: SetUsageLimitInput!) {
      createCustomer(input: $customer) { __typename ... on Error { message } }
      grantBalance(input: $gift) { __typename ... on Error { message } }
      setUsageLimit(input: $limit) { __typename ... on Error { message } }
      track(input: $use) { __typename ... on Error { message } }
      place: placeHold(input: $hold) { ... on PlaceHoldSuccess { hold { id } } ... on Error { message } }
    }`,
    {
      customer: { id, name: `${word} name`, email: `${word}@example.com`, metadata: { [`${word}Key`]: `${word} metadata` } },
      limit: { customerId: id, featureId: MESSAGES, per: { unit: 'YEAR' }, max: '1000000' },
      gift: { customerId: id, featureId: MESSAGES, amount: '7', reason: `${word} reason`, idempotencyKey: `${word} gift` },
      use: {
        customerId: id,
        featureId: MESSAGES,
        value: '12',
        idempotencyKey: `${word} use`,
        properties: { [`${word}Property`]: `${word} properties` },
      },
      hold: { customerId: id, featureId: MESSAGES, amount: '3', expiresInSeconds: 86_400, idempotencyKey: `${word} hold` },
    },
  );
  const own = id === BOB ? { planId: 'stripes', featureId: 'seats' } : { planId: 'top_up', featureId: MESSAGES };
  const paid = await buy(brim, id, own.planId, own.featureId);
  await answerPage(paid.checkoutUrl);
  const pending = await buy(brim, id, 'bulk', MESSAGES);
  return { paid: paid.id, pending: pending.id, pendingUrl: pending.checkoutUrl, hold: place.hold.id };
}

async function buy(brim: TestBrim, customerId: string, planId: string, featureId: string) {
  const { purchase } = await attach(brim, {
    customerId,
    planId,
    featureQuantities: [{ featureId, quantity: '1000' }],
    idempotencyKey: `zebra key of ${planId}, ${customerId}`,
    metadata: { note: 'zebra note' },
  });
  return purchase;
}
