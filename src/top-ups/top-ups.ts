import type { Actor } from '../access/actor.ts';
import { reading } from '../database/database.ts';
import { gather, type Load } from '../database/loader.ts';
import type { DueWork } from '../platform/due-work.ts';
import { CustomerNotFoundError } from '../values/errors.ts';
import { type AttemptDeps, attempt } from './attempt/attempt.ts';
import type { AutoTopUp } from './model/types.ts';
import { type SetDeps, setAutoTopUp } from './set-auto-top-up.ts';
import { findNextDue, takeDue } from './tables/intents.ts';
import { findAutoTopUps } from './tables/settings.ts';

/**
 * Auto top-up: Brim buys more of a feature by itself, with the saved payment method, once its
 * balance is low. Owns the tables auto_top_up and auto_top_up_intent.
 *
 * An intent is written in the transaction of the entry that makes it due, so none is forgotten and
 * none is invented; at most one of a customer and feature is open. It charges once, under one key,
 * whichever processes work on it. Whatever makes balances be watched again writes an intent, too,
 * which is removed with the account locked where enough remains: so no entry falls between.
 */
export interface TopUps {
  /** @throws as `setAutoTopUp` does. */
  set(actor: Actor, input: unknown): Promise<AutoTopUp>;
  /** In the order of their features. */
  readonly ofCustomer: Load<string, readonly AutoTopUp[]>;
  /** Charges at its instant. */
  readonly due: DueWork;
}

export interface TopUpsDeps extends Omit<AttemptDeps, 'catalog'>, Omit<SetDeps, 'purchases'> {
  /** Called where something is due. */
  readonly wake: (at: Date) => void;
}

/** Longer than a caller of attachPlan waits for the provider. */
const LEASE_MS = 60_000;
const AT_ONCE = 50;
/** What entries of any process made due is seen after so long at most. */
const LOOK_EVERY_MS = 500;

export function openTopUps(deps: TopUpsDeps): TopUps {
  const { database, clock, log, wake } = deps;
  const ofCustomer = gather((customerIds: readonly string[]) => findAutoTopUps(database.client, customerIds, clock.now()));

  async function run(now: Date): Promise<number> {
    const leasedUntil = new Date(now.getTime() + LEASE_MS);
    const taken = await reading(() => takeDue(database.client, now, leasedUntil, AT_ONCE));
    const attempts = taken.map((intent) =>
      attempt(deps, intent).catch((error: unknown) => {
        log.warn({ err: error, intentId: intent.id }, 'top-ups: an attempt stopped; it goes on later');
      }),
    );
    await Promise.all(attempts);
    return taken.length;
  }

  return {
    async set(actor, input) {
      const { customerId, featureId } = await setAutoTopUp(deps, actor, input);
      wake(clock.now());
      const set = (await ofCustomer(customerId)).find((each) => each.featureId === featureId);
      if (!set) throw new CustomerNotFoundError(customerId);
      return set;
    },
    ofCustomer,
    due: {
      name: 'top-ups',
      lookEveryMs: LOOK_EVERY_MS,
      nextAt: () => reading(() => findNextDue(database.client)),
      run,
    },
  };
}
