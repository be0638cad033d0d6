/** Purchases that recur: what they say of their periods and payments. */
import { expect, vi } from 'vitest';
import type { TestBrim } from '../brim.ts';
import { patience } from '../deadlines.ts';
import { wanting } from './catalogue.ts';
import { advanceClock } from './clocks.ts';
import { createCustomer } from './customers.ts';
import { attach, untilStatus } from './purchases.ts';
import { pay, sandboxOf } from './top-ups.ts';

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

/** A new customer buys a recurring plan on its page. */
export async function buyRecurring(brim: TestBrim, customerId: string, planId: string, quantity?: string) {
  await createCustomer(brim, customerId);
  const featureQuantities = quantity === undefined ? {} : { featureQuantities: wanting(quantity) };
  const { purchase, checkoutUrl } = await attach(brim, { customerId, planId, ...featureQuantities });
  await pay(checkoutUrl);
  await untilStatus(brim, purchase.id, 'ACTIVE');
  const { subscriptionId } = (await brim.app.domain.purchases.find(purchase.id)) ?? {};
  return { purchaseId: String(purchase.id), subscriptionId: String(subscriptionId) };
}

/** Moves the clock of the sandbox and that of Brim. */
export async function moveClocks(brim: TestBrim, to: Date): Promise<void> {
  await sandboxOf(brim).clock.advance(to);
  await advanceClock(brim, { to: to.toISOString() });
}

/** Waits until a recurring purchase is so. */
export function untilRecurring(brim: TestBrim, purchaseId: string, wanted: object): Promise<void> {
  return vi.waitFor(async () => expect(await findRecurring(brim, purchaseId)).toMatchObject(wanted), {
    timeout: patience(10_000),
    interval: 50,
  });
}
