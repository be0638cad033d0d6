/** What the demo sells: 10 messages to begin with, and 100 for $10. */
import type { Catalog } from '../../catalog/catalog.ts';
import { AlreadyExistsError } from '../../errors.ts';

export const MESSAGES = 'premium_messages';
export const TOP_UP = 'top_up';

/** The catalogue of the README. What is there already stays as it is, so whoever has made it by hand sees their own. */
export async function openShop({ createFeature, createPlan }: Pick<Catalog, 'createFeature' | 'createPlan'>): Promise<void> {
  await unlessThere(createFeature({ ...FEATURE, type: 'METERED', consumable: true }));
  await unlessThere(createPlan({ id: 'free', name: 'Free', autoEnable: true, items: [{ featureId: MESSAGES, included: '10' }] }));
  const price = { amount: { amount: '10', currency: 'usd' }, billingUnits: '100', method: 'PREPAID' };
  await unlessThere(createPlan({ id: TOP_UP, name: 'Top-up', addOn: true, items: [{ featureId: MESSAGES, price }] }));
}

const FEATURE = { id: MESSAGES, name: 'Premium messages' };

async function unlessThere(creation: Promise<unknown>): Promise<void> {
  await creation.catch((error: unknown) => {
    if (!(error instanceof AlreadyExistsError)) throw error;
  });
}
