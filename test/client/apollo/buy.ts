import { AttachPlanDocument } from '@brim/client/apollo';
import { client } from './client.ts';

/** @returns the page on which the customer pays. */
export async function buy(quantity: number): Promise<string> {
  const input = { planId: 'top_up', featureQuantities: [{ featureId: 'premium_messages', quantity }] };
  const { data } = await client.mutate({ mutation: AttachPlanDocument, variables: { input } });
  const payload = data?.attachPlan;
  if (payload?.__typename === 'AttachPlanSuccess' && payload.checkoutUrl) return payload.checkoutUrl;
  throw new Error(payload && 'message' in payload ? payload.message : 'There is nothing to pay.');
}
