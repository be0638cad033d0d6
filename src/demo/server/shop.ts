/**
 * What the demo sells: 10 messages to begin with, and 100 for $10. Its ids are its own, and its free
 * plan is attached by the demo's server to the demo's visitors alone, so it changes nothing for the
 * customers of a catalogue that a developer makes beside it.
 */
import type { Catalog } from '../../catalog/catalog.ts';
import type { Purchases } from '../../purchases/purchases.ts';
import { AlreadyExistsError } from '../../values/errors.ts';

export const MESSAGES = 'pebble_messages';
export const TOP_UP = 'pebble_top_up';
const FREE = 'pebble_free';
const GROUP = 'pebble';

/** Puts it on sale. Idempotent: what is there already stays as it is. */
export async function openShop({ createFeature, createPlan }: Pick<Catalog, 'createFeature' | 'createPlan'>): Promise<void> {
  await unlessThere(createFeature({ id: MESSAGES, name: 'Premium messages', type: 'METERED', consumable: true }));
  await unlessThere(
    createPlan({ id: FREE, name: 'Pebble Free', group: GROUP, items: [{ featureId: MESSAGES, included: '10' }] }),
  );
  const price = { amount: { amount: '10', currency: 'usd' }, billingUnits: '100', method: 'PREPAID' };
  await unlessThere(
    createPlan({ id: TOP_UP, name: 'Top-up', group: GROUP, addOn: true, items: [{ featureId: MESSAGES, price }] }),
  );
}

/** Gives a visitor the 10 free messages. Idempotent by its key: a visitor gets them once. */
export async function attachFreePlan({ attach }: Pick<Purchases, 'attach'>, customerId: string): Promise<void> {
  await attach({ kind: 'app' }, { customerId, planId: FREE, idempotencyKey: 'demo:free' });
}

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!(error instanceof AlreadyExistsError)) throw error;
  });
}
