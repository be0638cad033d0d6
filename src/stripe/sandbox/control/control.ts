/**
 * What banks, cardholders and Stripe do by themselves, for tests and for people who try things out.
 * Each verb is one transaction with its events, which are delivered like all others.
 */
import type { Database } from '../../../database/database.ts';
import type { Clock } from '../../../values/clock.ts';
import { sandboxRecords } from '../store/records.ts';
import type { PageUrl } from '../wire/page-url.ts';
import { type DebitControl, debitControl } from './debits.ts';
import { type DeclineControl, declineControl } from './declines.ts';
import { type DeliveryControl, deliveryControl } from './deliveries.ts';
import { type MethodControl, methodControl } from './methods.ts';
import { type ReturnControl, returnControl } from './returned.ts';
import { type SubscriptionControl, subscriptionControl } from './subscriptions.ts';
import type { Transact } from './transact.ts';

export type Control = DeclineControl & DebitControl & DeliveryControl & MethodControl & ReturnControl & SubscriptionControl;

export interface ControlDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly urlOf: PageUrl;
  /** Called after each act: there may be events to deliver. */
  readonly wake: () => void;
}

export function openControl({ database, clock, urlOf, wake }: ControlDeps): Control {
  const transact: Transact = async (work) => {
    const result = await database.transaction((transaction) =>
      work({ records: sandboxRecords(transaction), now: clock.now(), urlOf }),
    );
    wake();
    return result;
  };
  return {
    ...declineControl(transact),
    ...debitControl(transact),
    ...deliveryControl(transact),
    ...methodControl(transact),
    ...returnControl(transact),
    ...subscriptionControl(transact),
  };
}
