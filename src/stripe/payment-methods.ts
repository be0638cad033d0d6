/** The payment methods that customers have saved at Stripe, as Brim has recorded them. */
import type { MethodsProvider } from '../purchases/model/provider-methods.ts';
import type { StripeConnection } from './connection.ts';

export function stripeMethods({
  store,
  realm,
}: Pick<StripeConnection, 'store' | 'realm'>): Pick<MethodsProvider, 'savedMethod' | 'noteMethodOutcome'> {
  return {
    savedMethod: (customerId) => store.savedMethod({ customerId, realm: realm() }),
    noteMethodOutcome: (outcome) => store.noteMethodOutcome(outcome, realm()),
  };
}
