import { type Database, reading, writing } from '../database.ts';
import { refuseInput, UnavailableError } from '../errors.ts';
import { asking } from './asking.ts';
import type { AttachInput } from './attach-input.ts';
import { PaymentFailedError } from './errors.ts';
import type { PaymentProvider } from './provider.ts';
import { replayOf } from './replay.ts';
import type { Settlement } from './settle.ts';
import * as store from './store.ts';
import type { Purchase } from './types.ts';

/**
 * Attaching what costs something: recorded PENDING and committed, then a page opened for it. One page of a customer and plan is open at a
 * time; the same attach again finds it, another closes it first.
 */
export interface PaidDeps {
  readonly database: Database;
  readonly provider: PaymentProvider;
  readonly settlement: Settlement;
}

/** How long a PENDING purchase is left to its webhook before the reconciler asks. */
const FIRST_CHECK_AFTER_MS = 60_000;
/** Each turn ends one checkout that is in the way. More than this many in the way is somebody else buying as fast as we do. */
const MAX_TURNS = 5;

export async function attachPaid(
  deps: PaidDeps,
  wanted: Purchase,
  { checkout }: Pick<AttachInput, 'checkout'>,
): Promise<Purchase> {
  if (checkout === 'NEVER') refuseInput(['checkout'], 'saved payment methods are not supported yet: use IF_REQUIRED');
  const { database, settlement, provider } = deps;
  const nextCheckAt = new Date(wanted.createdAt.getTime() + FIRST_CHECK_AFTER_MS);
  for (let turn = 0; turn < MAX_TURNS; turn += 1) {
    const written = await writing(() => store.insertPurchases(database.client, [wanted], nextCheckAt));
    if (written.has(wanted.id)) return stillOpen(answered(await refreshed(deps, wanted)));
    const replay = await replayOf(deps, wanted.customerId, { key: wanted.idempotencyKey, fingerprint: wanted.fingerprint ?? '' });
    if (replay) return answered(await refreshed(deps, replay));
    const rival = await reading(() => store.findOpenCheckout(database.client, wanted));
    if (!rival) continue;
    const opened = await refreshed(deps, rival);
    if (opened.status !== 'PENDING' || opened.processing) continue;
    if (opened.terms === wanted.terms) return adopted(deps, opened, wanted);
    // Another quantity, price or page: the old one must not be paid any more. If the customer was faster, it settles.
    if (opened.checkoutId) {
      const { checkoutId } = opened;
      await settlement.conclude(opened, await asking(() => provider.expireCheckout(checkoutId)));
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
  throw new UnavailableError(
    'Another attach of this plan took the place of this one. Nothing was charged: try again if it is still wanted.',
  );
}

/** The purchase with its page as the provider has it now; opened, if it was not yet. */
export function refreshed({ settlement }: PaidDeps, purchase: Purchase): Promise<Purchase> {
  return asking(() => settlement.refresh(purchase));
}
