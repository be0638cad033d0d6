/** Top-ups of a shop whose webhooks are held back: a test delivers each event. */
import { expect } from 'vitest';
import type { Sandbox } from '../../../src/stripe/sandbox/sandbox.ts';
import { subscribe, type TestBrim, take } from '../brim.ts';
import { track } from './balances.ts';
import { wanting } from './catalogue.ts';
import { createCustomer } from './customers.ts';
import { answerPage, attach } from './purchases.ts';

/** A new customer with the free 10 who attached a top-up. */
export async function askForTopUp(brim: TestBrim, customerId: string, quantity = '100', more: Record<string, unknown> = {}) {
  await createCustomer(brim, customerId);
  return attachTopUp(brim, customerId, quantity, more);
}

export async function attachTopUp(brim: TestBrim, customerId: string, quantity: string, more: Record<string, unknown> = {}) {
  const attached = await attach(brim, { customerId, planId: 'top_up', featureQuantities: wanting(quantity), ...more });
  expect(attached).toMatchObject({ purchase: { status: 'PENDING' }, checkoutUrl: expect.any(String) });
  return { purchaseId: String(attached.purchase.id), checkoutUrl: String(attached.checkoutUrl) };
}

/** @param fields what the customer enters on the page, such as the number of a `card`. */
export async function pay(checkoutUrl: string, fields: Readonly<Record<string, string>> = {}): Promise<void> {
  expect((await answerPage(checkoutUrl, 'pay', fields)).status).toBe(303);
}

export function sandboxOf({ app }: TestBrim): Sandbox {
  if (!app.sandbox) throw new Error('This Brim has no sandbox.');
  return app.sandbox;
}

/** The id of the pending event of this type about this checkout. */
export async function eventOf(brim: TestBrim, checkoutUrl: string, type: string): Promise<string> {
  const events = await sandboxOf(brim).events.pending();
  const found = events.filter((event) => event.type === type && checkoutUrl.endsWith(event.objectId));
  expect(found).toHaveLength(1);
  return found[0]?.id ?? '';
}

/** Delivers an event. @returns the status, or failure, of each delivery. */
export async function deliver(
  brim: TestBrim,
  eventId: string,
  options?: Parameters<Sandbox['events']['deliver']>[1],
): Promise<readonly (number | string)[]> {
  const results = await sandboxOf(brim).events.deliver(eventId, options);
  return results.map((result) => ('status' in result ? result.status : result.failure));
}

/** Subscribes to a customer who has the free 10 and nothing else. */
export async function watch(brim: TestBrim, customerId: string) {
  const changes = subscribe(
    brim.socket(),
    'subscription ($id: ID) { balanceChanged(customerId: $id) { cause sequence entry { kind amount purchase { id } } balance { remaining } } }',
    { id: customerId },
  );
  const [snapshot] = await take(changes, 1);
  expect(snapshot.balanceChanged).toMatchObject({ cause: 'SNAPSHOT', sequence: 1, balance: { remaining: '10' } });
  return {
    /**
     * Checks that exactly one push came, the purchase's grant: the next push is a use that comes
     * after it.
     */
    async sawOneGrant(purchaseId: string, quantity = '100') {
      await track(brim, { customerId });
      const [granted, used] = await take(changes, 2);
      expect(granted.balanceChanged).toEqual({
        cause: 'LEDGER',
        sequence: 2,
        entry: { kind: 'GRANT', amount: quantity, purchase: { id: purchaseId } },
        balance: { remaining: String(10 + Number(quantity)) },
      });
      expect(used.balanceChanged).toMatchObject({ sequence: 3, entry: { kind: 'USAGE', amount: '-1' } });
      await changes.return();
    },
    /** Checks that no push came. */
    async sawNothing() {
      await track(brim, { customerId });
      const [used] = await take(changes, 1);
      expect(used.balanceChanged).toMatchObject({ sequence: 2, entry: { kind: 'USAGE' }, balance: { remaining: '9' } });
      await changes.return();
    },
  };
}
