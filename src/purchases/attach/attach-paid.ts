import type { Actor } from '../../access/actor.ts';
import { type Database, reading, writing } from '../../database/database.ts';
import type { Clock } from '../../values/clock.ts';
import { refuseInput, UnavailableError } from '../../values/errors.ts';
import { PaymentFailedError } from '../model/errors.ts';
import type { Purchase } from '../model/types.ts';
import { askProvider } from '../reconcile/ask-provider.ts';
import type { Reconciliation } from '../reconcile/reconcile.ts';
import { refreshForCaller } from '../reconcile/refresh-for-caller.ts';
import * as store from '../tables/purchases.ts';
import type { AttachInput } from './attach-input.ts';
import { type NewestWinsQueue, SUPERSEDED } from './newest-wins-queue.ts';
import { recordPending } from './record-pending.ts';
import { findReplay } from './replay.ts';

/**
 * Attaching what costs something: recorded PENDING and committed, then a page opened for it. One page of a customer and plan is open at a
 * time; the same attach again finds it, another closes it first.
 */
export interface PaidDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly reconciliation: Reconciliation;
  readonly queue: NewestWinsQueue;
}

/** Each turn ends one checkout that is in the way. More than this many in the way is somebody else buying as fast as we do. */
const MAX_TURNS = 5;

export async function attachPaid(
  deps: PaidDeps,
  actor: Actor,
  wanted: Purchase,
  { checkout }: Pick<AttachInput, 'checkout'>,
): Promise<Purchase> {
  if (checkout === 'NEVER') refuseInput(['checkout'], 'saved payment methods are not supported yet: use IF_REQUIRED');
  // Neither can hold a space.
  const lane = `${wanted.customerId} ${wanted.planId}`;
  return deps.queue({ lane, terms: wanted.terms, run: (askedAtMs) => attachInTurn(deps, actor, wanted, askedAtMs) });
}

async function attachInTurn(deps: PaidDeps, actor: Actor, wanted: Purchase, askedAtMs: number): Promise<Purchase> {
  const { database, reconciliation } = deps;
  const refreshed = (purchase: Purchase) => refreshForCaller(deps, actor, purchase, askedAtMs);
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const outcome = await recordPending(database, wanted);
    if (outcome === 'recorded')
      return stillOpen(answered(await askProvider(actor.kind, wanted, () => reconciliation.refresh(wanted))));
    const replay = await findReplay(deps, wanted.customerId, {
      key: wanted.idempotencyKey,
      fingerprint: wanted.fingerprint ?? '',
    });
    if (replay) return answered(await refreshed(replay));
    const rival = await reading(() => store.findOpenCheckout(database.client, wanted));
    const isSame = rival?.terms === wanted.terms;
    // One too many finds the page of an earlier one all the same.
    if (!isSame && outcome !== 'taken') throw outcome.refusal;
    if (!rival) continue;
    if (isSame) {
      const opened = await refreshed(rival);
      if (opened.status === 'PENDING' && !opened.processing) return adopted(deps, opened, wanted);
      if (outcome !== 'taken') throw outcome.refusal;
    } else {
      // Another quantity, price or page: the old one must not be paid any more. If the customer was faster, it settles.
      await askProvider(actor.kind, rival, () => reconciliation.close(rival));
    }
  }
  throw new UnavailableError('Other attaches of this plan keep coming in. Nothing was done: try again in a moment.');
}

/** The purchase of an earlier attach that means the same. It takes this one's key, unless it has one, so that a retry finds it. */
async function adopted({ database }: PaidDeps, earlier: Purchase, { idempotencyKey, fingerprint }: Purchase): Promise<Purchase> {
  if (idempotencyKey && fingerprint) await writing(() => store.adoptKey(database.client, earlier, idempotencyKey, fingerprint));
  return earlier;
}

/** @throws PaymentFailedError where the provider refused to open a page for it. */
export function answered(purchase: Purchase): Purchase {
  if (purchase.status === 'FAILED' && purchase.checkoutId === null) throw new PaymentFailedError(purchase);
  return purchase;
}

/** @throws UnavailableError where another attach closed the page before its caller saw it: the newest wins. */
function stillOpen(purchase: Purchase): Purchase {
  if (purchase.status !== 'EXPIRED') return purchase;
  throw new UnavailableError(SUPERSEDED);
}
