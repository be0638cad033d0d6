/** What shops sell, as data, and how a Brim comes to sell it. */
import { expect } from 'vitest';
import type { TestBrim } from '../brim.ts';

type Input = Readonly<Record<string, unknown>>;

export interface Catalogue {
  /** Ids of metered features, or inputs of `createFeature`. A name left out is the id. */
  readonly features?: readonly (string | Input)[];
  /** Inputs of `createPlan`. A name left out is the id. */
  readonly plans?: readonly Input[];
}

export const MESSAGES = 'premium_messages';

/** So much of one feature, as attachPlan wants it. */
export function wanting(quantity: string, featureId = MESSAGES) {
  return [{ featureId, quantity }];
}

/** What a plan's prepaid item costs: so much for each `billingUnits`. */
export function prepaid(amount: string, billingUnits = '100', currency = 'usd') {
  return { amount: { amount, currency }, billingUnits, method: 'PREPAID' };
}

/** What a plan's item costs again each month: so much for each `billingUnits`. */
export function monthly(amount: string, billingUnits = '100') {
  return { ...prepaid(amount, billingUnits), interval: { unit: 'MONTH', count: 1 } };
}

/** A credit system, which costs so much for a unit of each feature. */
export function creditSystem(id: string, costs: Readonly<Record<string, string>>) {
  return { id, type: 'CREDIT_SYSTEM', creditCosts: Object.entries(costs).map(([featureId, cost]) => ({ featureId, cost })) };
}

/**
 * The metered feature, the plan `free` (10 one-off, auto-enabled) and the plan `top_up` ($10 per
 * 100, prepaid, one-off, add-on), as `npm run seed` makes them.
 */
export const SEED = {
  features: [{ id: MESSAGES, name: 'Premium messages', type: 'METERED' }],
  plans: [
    { id: 'free', name: 'Free', autoEnable: true, items: [{ featureId: MESSAGES, included: '10' }] },
    { id: 'top_up', name: 'Top-up', addOn: true, items: [{ featureId: MESSAGES, price: prepaid('10') }] },
  ],
} satisfies Catalogue;

/** The seed's catalogue, and more. */
export function seedAnd({ features = [], plans = [] }: Catalogue): Catalogue {
  return { features: [...SEED.features, ...features], plans: [...SEED.plans, ...plans] };
}

/** Puts a catalogue on sale, the features first, in one request. */
export async function fillShop({ data }: Pick<TestBrim, 'data'>, { features = [], plans = [] }: Catalogue = SEED): Promise<void> {
  const metered = (feature: string | Input) => (typeof feature === 'string' ? { id: feature, type: 'METERED' } : feature);
  const calls = [
    ...features.map((feature) => ({ verb: 'createFeature', input: metered(feature) })),
    ...plans.map((plan) => ({ verb: 'createPlan', input: plan })),
  ].map(({ verb, input }, index) => ({ verb, alias: `call${index}`, input: { name: input['id'], ...input } }));
  const typeOf = (verb: string, end: string) => `${verb.charAt(0).toUpperCase()}${verb.slice(1)}${end}`;

  const parameters = calls.map(({ verb, alias }) => `$${alias}: ${typeOf(verb, 'Input')}!`);
  const fields = calls.map(({ verb, alias }) => `${alias}: ${verb}(input: $${alias}) { __typename ... on Error { message } }`);
  const payloads = await data(
    `mutation (${parameters.join(', ')}) { ${fields.join(' ')} }`,
    Object.fromEntries(calls.map(({ alias, input }) => [alias, input])),
  );
  expect(payloads).toEqual(Object.fromEntries(calls.map(({ verb, alias }) => [alias, { __typename: typeOf(verb, 'Success') }])));
}

/** Makes a feature: a metered one by its id, or any by its input. */
export function createFeature(brim: Pick<TestBrim, 'data'>, feature: string | Input): Promise<void> {
  return fillShop(brim, { features: [feature] });
}

/** Puts a plan on sale. */
export function createPlan(brim: Pick<TestBrim, 'data'>, plan: Input): Promise<void> {
  return fillShop(brim, { plans: [plan] });
}
