/** What the parts of the adapter share: one Stripe account, as this Brim uses it. */
import type Stripe from 'stripe';
import type { Log } from '../platform/log.ts';
import type { StripeCalls } from './calls.ts';
import type { StripeStore } from './tables/stripe.ts';
import type { Realm } from './wire/realm.ts';

export interface StripeConnection {
  readonly stripe: Stripe;
  readonly calls: StripeCalls;
  readonly store: StripeStore;
  readonly log: Log;
  /** The account and mode of the key's objects. */
  readonly realm: () => Realm;
  /** The same, for what must not miss the account's objects just after the process has started. */
  readonly knownRealm: () => Promise<Realm>;
  /** Which Brim this is, of several that may use one account. */
  readonly installationId: string;
}
