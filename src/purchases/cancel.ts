import { z } from 'zod';
import { reading } from '../database.ts';
import type { DueWork } from '../due.ts';
import { PurchaseNotFoundError, refuseInput, UnavailableError } from '../errors.ts';
import * as shape from '../input.ts';
import type { Effect } from '../ledger/effect.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Posting } from '../ledger/posting.ts';
import { earliest } from '../ledger/state.ts';
import * as store from './due/store.ts';
import { comeback, endOf, endPurchase, type GiftDeps, includedFeatures } from './end.ts';
import type { SettlementDeps } from './settle.ts';
import type { Purchase } from './types.ts';

export const CANCEL_TIMES = ['NOW', 'PERIOD_END'] as const;

/**
 * Canceling a purchase: now, or when its period ends. What it includes is voided, or expires then; what was bought stays. A free
 * plan of its group comes back with its end, in the same transaction.
 */
export interface CancelDeps extends SettlementDeps, GiftDeps {
  readonly catalog: SettlementDeps['catalog'] & GiftDeps['catalog'];
  readonly ledger: Pick<Ledger, 'post' | 'reads'>;
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
}

const cancelInput = z.object({ purchaseId: shape.id, when: z.enum(CANCEL_TIMES) });
const MAX_TURNS = 5;

/** Canceling twice is canceling once. @throws PurchaseNotFoundError, InvalidInputError; and the retryable errors of `Ledger.post`. */
export async function cancelPurchase(deps: CancelDeps, input: unknown): Promise<Purchase> {
  const { purchaseId, when } = shape.readInput(cancelInput, input);
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const purchase = await deps.find(purchaseId);
    if (!purchase) throw new PurchaseNotFoundError(purchaseId);
    if (purchase.status === 'CANCELED' || (when === 'PERIOD_END' && purchase.endsAt)) return purchase;
    if (purchase.status !== 'ACTIVE')
      refuseInput(['purchaseId'], `is ${purchase.status}: only an ACTIVE purchase can be canceled`);
    // Otherwise another cancel, a replacement or a boundary was faster: look again.
    if (when === 'NOW' ? await end(deps, purchase, { reason: 'canceled' }) : await endLater(deps, purchase))
      return (await deps.find(purchaseId)) ?? purchase;
  }
  throw new UnavailableError('Other changes of this purchase keep coming in. Nothing was done: try again in a moment.');
}

/** @returns false where the purchase is not ACTIVE any more. */
async function end(
  deps: CancelDeps,
  purchase: Purchase,
  { reason, at }: { readonly reason: string; readonly at?: Date | undefined },
): Promise<boolean> {
  const { effects, postings } = await comeback(deps, purchase, at);
  const { applied } = await deps.ledger.post({
    customerId: purchase.customerId,
    effects: [endPurchase(purchase.id), ...effects],
    postings: [...(await endOf(deps, purchase, reason)), ...postings.map((posting) => dated(posting, at))],
  });
  return applied;
}

/** A grant that should have been made at an instant, if there is one. */
function dated(posting: Posting, at: Date | undefined): Posting {
  return at && posting.verb === 'grant' ? { ...posting, grant: { ...posting.grant, since: at } } : posting;
}

const SCHEDULE = 'purchases.schedule_end';

interface ScheduledEnd {
  readonly id: string;
  readonly at: Date;
}

/** Sets the end of ACTIVE purchases that have none, in the transaction that limits what they include; "done" where it cannot be set. */
export const scheduleEndsEffect: Effect<ScheduledEnd> = {
  name: SCHEDULE,
  async apply(transaction, ends, now) {
    const scheduled = new Set(
      await store.scheduleEnds(
        transaction,
        ends.filter(({ at }) => at > now),
      ),
    );
    return ends.map(({ id }) => (scheduled.delete(id) ? 'go' : 'done'));
  },
};

/** @throws InvalidInputError where it has no period. */
async function endLater(deps: CancelDeps, purchase: Purchase): Promise<boolean> {
  const { id, customerId } = purchase;
  const grants = await deps.ledger.reads.grantsOfPurchase({ customerId, purchaseId: id });
  const until = earliest(grants.map(({ nextResetAt }) => nextResetAt));
  if (!until) return refuseInput(['when'], 'must be NOW: nothing that this purchase includes resets, so it has no period');
  const features = await includedFeatures(deps, purchase);
  const { applied } = await deps.ledger.post({
    customerId,
    effects: [{ name: SCHEDULE, input: { id, at: until } satisfies ScheduledEnd }],
    postings: features.map((featureId) => ({ verb: 'limit', featureId, purchaseId: id, until, reason: 'ends with its period' })),
  });
  return applied;
}

const ENDED_AT_ONCE = 100;

/** The purchases whose period ends. */
export function openEnds(deps: CancelDeps): DueWork {
  const { client } = deps.database;
  let turn: Promise<number> = Promise.resolve(0);

  async function endDue(now: Date): Promise<number> {
    const ids = await reading(() => store.findEnding(client, now, ENDED_AT_ONCE));
    const ending = (await Promise.all(ids.map(deps.find))).filter((purchase) => purchase !== null);
    const outcomes = await Promise.allSettled(
      ending.map((purchase) => end(deps, purchase, { reason: 'its period ended', at: purchase.endsAt ?? undefined })),
    );
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed && outcomes.every(({ status }) => status === 'rejected')) throw failed.reason;
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }

  return {
    name: 'purchases',
    nextAt: () => reading(() => store.findNextEnd(client)),
    // One at a time: who comes second finds nothing left to do, and makes no ids for it.
    run: (now) => (turn = turn.catch(() => 0).then(() => endDue(now))),
  };
}
