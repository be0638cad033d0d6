/** Saved payment methods, which networks renew and customers remove. */
import type Stripe from 'stripe';
import { detachMethod } from '../acts/methods.ts';
import { renewCard } from '../acts/portal.ts';
import { testMethodNamed, testMethodNumbered } from '../objects/test-methods.ts';
import type { Records } from '../store/records.ts';
import type { Transact } from './transact.ts';

export interface MethodChanges {
  /** A test card by its number or name, which stands behind the method from now on. */
  readonly card?: string | undefined;
  readonly expMonth?: number | undefined;
  readonly expYear?: number | undefined;
}

export interface MethodControl {
  readonly methods: {
    /** The network renews a saved card: it may have another number, and may be declined. */
    change(methodId: string, changes: MethodChanges): Promise<Stripe.PaymentMethod>;
    /** The customer, or the app, removes a saved method. */
    remove(methodId: string): Promise<Stripe.PaymentMethod>;
  };
}

export function methodControl(transact: Transact): MethodControl {
  return {
    methods: {
      change: (methodId, { card, ...expiry }) =>
        transact(async (act) => {
          const test = card === undefined ? undefined : (testMethodNamed(card) ?? testMethodNumbered(card));
          if (card !== undefined && test === undefined) throw new Error(`There is no test card "${card}".`);
          return renewCard(act, await lockedMethod(act.records, methodId), { test, ...expiry });
        }),
      remove: (methodId) => transact(async (act) => detachMethod(act, await lockedMethod(act.records, methodId))),
    },
  };
}

async function lockedMethod({ lock }: Records, methodId: string): Promise<Stripe.PaymentMethod> {
  const method = await lock('payment_method', methodId);
  if (method === undefined) throw new Error(`There is no payment method "${methodId}" in the sandbox.`);
  return method;
}
