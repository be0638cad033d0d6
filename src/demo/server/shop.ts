/**
 * What the demo sells: 10 free messages, and 100 more for $10. Its ids have a prefix of their own,
 * and its server attaches the free plan to the demo's visitors only. So it does not affect a
 * catalogue that a developer creates in the same database.
 */
import type { Catalog } from '../../catalog/catalog.ts';
import type { Purchases } from '../../purchases/purchases.ts';
import { AlreadyExistsError } from '../../values/errors.ts';

export const MESSAGES = 'pebble_messages';
export const TOP_UP = 'pebble_top_up';
const FREE = 'pebble_free';
const GROUP = 'pebble';

/** Creates the feature and the plans. Idempotent: what exists stays as it is. */
export async function openShop({ createFeature, createPlan }: Pick<Catalog, 'createFeature' | 'createPlan'>): Promise<void> {
  await ignoreExisting(createFeature({ id: MESSAGES, name: 'Premium messages', type: 'METERED', consumable: true }));
  await ignoreExisting(
    createPlan({ id: FREE, name: 'Pebble Free', group: GROUP, items: [{ featureId: MESSAGES, included: '10' }] }),
  );
  const price = { amount: { amount: '10', currency: 'usd' }, billingUnits: '100', method: 'PREPAID' };
  await ignoreExisting(
    createPlan({ id: TOP_UP, name: 'Top-up', group: GROUP, addOn: true, items: [{ featureId: MESSAGES, price }] }),
  );
}

/** Gives a visitor the 10 free messages. Idempotent by its key: a visitor gets them once. */
export async function attachFreePlan({ attach }: Pick<Purchases, 'attach'>, customerId: string): Promise<void> {
  await attach({ kind: 'app' }, { customerId, planId: FREE, idempotencyKey: 'demo:free' });
}

async function ignoreExisting(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!(error instanceof AlreadyExistsError)) throw error;
  });
}
