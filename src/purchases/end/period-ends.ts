/**
 * Ends purchases with their period: at its instant, and before any read shows a purchase that
 * should have ended.
 */
import { reading } from '../../database/database.ts';
import { openBackOff } from '../../platform/back-off.ts';
import type { DueWork } from '../../platform/due-work.ts';
import { isTransient, UnreadableError } from '../../values/errors.ts';
import { isHeld } from '../model/transitions.ts';
import type { Purchase } from '../model/types.ts';
import * as store from '../tables/ends.ts';
import type { EndingDeps } from './cancel-purchase.ts';
import { endPurchase } from './end-purchase.ts';

export interface PeriodEnds {
  readonly due: DueWork;
  /**
   * Ends those of these purchases that are overdue. @returns true where some were: then what was
   * read is old.
   */
  endOverdue(purchases: readonly Pick<Purchase, 'id' | 'status' | 'endsAt'>[]): Promise<boolean>;
}

const ENDED_AT_ONCE = 100;

/** The caller only read. So the error says that the read failed, and speaks of no write. */
function notEnded(error: unknown): never {
  if (!isTransient(error)) throw error;
  throw new UnreadableError(
    'A purchase whose time is over could not be ended just now, so it could not be read: try again in a moment.',
    {
      cause: error,
    },
  );
}

export function openPeriodEnds(deps: EndingDeps): PeriodEnds {
  const { client } = deps.database;
  const backOff = openBackOff();
  let turn: Promise<number> = Promise.resolve(0);

  async function endDue(now: Date): Promise<number> {
    const ids = await reading(() => store.findEnding(client, now, ENDED_AT_ONCE, backOff.ids()));
    const outcomes = await Promise.allSettled(ids.map(endOne));
    outcomes.forEach((outcome, index) => {
      if (outcome.status === 'fulfilled') return;
      const purchaseId = ids[index] ?? '';
      // A purchase that fails waits for its back-off, so that it does not block the others.
      if (!isTransient(outcome.reason)) backOff.add(purchaseId);
      deps.log.error({ err: outcome.reason, purchaseId }, 'purchases: one could not be ended; trying again later');
    });
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }

  async function endOne(purchaseId: string): Promise<void> {
    const purchase = await deps.find(purchaseId);
    if (purchase) await endPurchase(deps, purchase, { reason: 'its period ended', at: purchase.endsAt ?? undefined });
  }

  return {
    due: {
      name: 'purchases',
      nextAt: () => reading(() => store.findNextEnd(client, backOff.ids())),
      // One turn at a time: a second one would find nothing left to do.
      run: (now) => (turn = turn.catch(() => 0).then(() => endDue(now))),
    },
    async endOverdue(purchases) {
      const now = deps.clock.now();
      const over = purchases.filter((each) => isHeld(each) && each.endsAt !== null && each.endsAt <= now);
      await Promise.all(over.map(({ id }) => endOne(id).catch(notEnded)));
      return over.length > 0;
    },
  };
}
