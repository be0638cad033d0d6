/**
 * How a recurring purchase is canceled and resumed: the provider is told first, because it would go
 * on charging, and then the purchase follows what the provider answers.
 */
import { refuseInput } from '../../values/errors.ts';
import type { PaymentProvider } from '../model/provider.ts';
import type { Subscription } from '../model/provider-subscriptions.ts';
import { isHeld } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import { askProvider } from '../reconcile/ask-provider.ts';

export interface RecurringEndDeps {
  readonly provider: Pick<PaymentProvider, 'endSubscription' | 'setCancelAtPeriodEnd'>;
  /** Agrees with a subscription as the provider just answered it; the purchase as it was before. */
  readonly followSubscription: (subscription: Subscription, before: Purchase) => Promise<void>;
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

/** True where the purchase is paid again and again, and the provider would go on. */
export function isRecurring(purchase: Purchase): purchase is Purchase & { readonly subscriptionId: string } {
  return purchase.subscriptionId !== null && isHeld(purchase);
}

/**
 * Ends the subscription of a recurring purchase now, or with the period that is paid; the purchase
 * follows. @returns the purchase after that.
 * @throws UnavailableError where the provider gives no answer: nothing is canceled then, or the
 * reconciler finds that it is.
 */
export function cancelRecurring(
  deps: RecurringEndDeps,
  purchase: Purchase & { readonly subscriptionId: string },
  when: 'NOW' | 'PERIOD_END',
): Promise<Purchase> {
  const { provider } = deps;
  return told(deps, purchase, () =>
    when === 'NOW'
      ? provider.endSubscription(purchase.subscriptionId)
      : provider.setCancelAtPeriodEnd(purchase.subscriptionId, true),
  );
}

/**
 * Takes back that a recurring purchase ends with its period.
 * @throws InvalidInputError where it does not end; UnavailableError as `cancelRecurring` does.
 */
export function resumeRecurring(deps: RecurringEndDeps, purchase: Purchase): Promise<Purchase> {
  if (!isRecurring(purchase)) return refuseInput(['purchaseId'], `is ${purchase.status}, and nothing of it recurs any more`);
  if (!purchase.cancelAtPeriodEnd) return refuseInput(['purchaseId'], 'is not canceled: there is nothing to take back');
  return told(deps, purchase, () => deps.provider.setCancelAtPeriodEnd(purchase.subscriptionId, false));
}

function told(deps: RecurringEndDeps, purchase: Purchase, tell: () => Promise<Subscription>): Promise<Purchase> {
  return askProvider('app', purchase, async () => {
    await deps.followSubscription(await tell(), purchase);
    return (await deps.find(purchase.id)) ?? purchase;
  });
}
