/**
 * Charges of saved payment methods: asks the provider for a recorded charge until it is known what
 * came of it.
 *
 * Whoever asks, however often and from whichever process, sends the request that was stored with
 * the payment, under the same idempotency key. After a quarter of an hour nobody sends it any more:
 * Brim only looks for the charge, and gives it up once it can no longer come.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { reading, writing } from '../../database/database.ts';
import { isOurs } from '../model/named.ts';
import { MissingAtProviderError, PaymentProviderError, PaymentRefusedError } from '../model/provider.ts';
import type { ChargeHint } from '../model/provider-charges.ts';
import type { Purchase } from '../model/types.ts';
import type { HintOutcome } from '../reconcile/reconcile.ts';
import { findNewestCharge, findRecordedCharge, noteWaiting, type RecordedCharge } from '../tables/charges.ts';
import { expireMissing } from '../tables/checkouts.ts';
import { findPurchase } from '../tables/purchases.ts';
import { applyCharge, giveUp } from './apply-charge.ts';
import { type ApplySubscribedDeps, applySubscribed } from './apply-subscribed.ts';
import { waitingReason } from './waiting-reason.ts';

/** How long a caller waits for the provider. */
export const CHARGED_WITHIN_MS = 10_000;
const MINUTE_MS = 60_000;
/** How long after it was recorded a charge may still be asked for. */
export const SENT_FOR_MS = 15 * MINUTE_MS;
/** From then on a charge that the provider does not have cannot come any more. */
export const LOOKED_FOR_MS = 20 * MINUTE_MS;

export interface Charges {
  /**
   * Brings the charge of a purchase to its end, where one is under way. Waits for at most ten
   * seconds.
   * @returns the purchase after that, and whether it needs a page on which the customer pays.
   */
  finishCharge(purchase: Purchase): Promise<FinishedCharge>;
  /** Reads the charge that a provider's event names, and agrees with it. */
  reconcileCharge(hint: ChargeHint): Promise<HintOutcome>;
}

export interface FinishedCharge {
  readonly purchase: Purchase;
  readonly needsPage: boolean;
}

export type ChargesDeps = Omit<ApplySubscribedDeps, 'find'>;

export function openCharges(given: ChargesDeps): Charges {
  const { database, clock, log, provider, installationId } = given;
  const { client } = database;
  const find = (id: string) => reading(() => findPurchase(client, id));
  const deps = { ...given, find };
  /** Charges that are being asked for. Callers of one charge share the answer. */
  const asking = new Map<string, Promise<void>>();

  async function finishCharge(purchase: Purchase): Promise<FinishedCharge> {
    const charge = await reading(() => findNewestCharge(client, purchase.id));
    if (!charge) return { purchase, needsPage: true };
    if (charge.payment.status === 'PENDING') await inTime(ask(charge), charge);
    const after = await reading(() => findRecordedCharge(client, charge.payment.id));
    const current = (await find(purchase.id)) ?? purchase;
    return { purchase: current, needsPage: after?.payment.status === 'FAILED' && isUnpaid(current) };
  }

  function ask(charge: RecordedCharge): Promise<void> {
    const { id } = charge.payment;
    const underWay = asking.get(id);
    if (underWay) return underWay;
    const asked = askAndApply(charge).finally(() => asking.delete(id));
    asking.set(id, asked);
    return asked;
  }

  async function askAndApply(charge: RecordedCharge): Promise<void> {
    try {
      if (!(await askAndFollow(charge)) && isOver(charge)) await giveUp(deps, charge, { code: null, reason: NEVER_MADE });
    } catch (error) {
      if (error instanceof MissingAtProviderError) return missing(charge, error);
      if (error instanceof PaymentRefusedError) {
        await giveUp(deps, charge, { code: null, reason: error.message });
        return;
      }
      if (!(error instanceof PaymentProviderError)) throw error;
      log.warn({ err: error, ...factsOf(charge) }, 'purchases: it is not known yet what came of a charge');
      await writing(() => noteWaiting(client, charge, waitingReason(error)));
    }
  }

  /**
   * The present key is of another account or mode than the charge. It may have succeeded there, so
   * the payment stays PENDING; after a while its purchase no longer keeps the customer from buying.
   */
  async function missing(charge: RecordedCharge, error: MissingAtProviderError): Promise<void> {
    log.error({ err: error, ...factsOf(charge) }, 'purchases: the present key does not see a charge');
    if (isOver(charge)) await writing(() => expireMissing(client, charge.payment.purchaseId, error.message));
    else await writing(() => noteWaiting(client, charge, error.message));
  }

  /** @returns false where the provider does not have the charge, or not yet. */
  async function askAndFollow(charge: RecordedCharge): Promise<boolean> {
    const { payment, request } = charge;
    const { lines } = request;
    if (lines) {
      const subscribing = { ...request, lines };
      const begun = await sendOrLook(
        charge,
        () => provider.subscribe(subscribing),
        () => provider.findSubscribed(subscribing),
      );
      if (begun) await applySubscribed(deps, charge, begun);
      return begun !== null;
    }
    const { chargeId } = payment;
    const made =
      chargeId === null
        ? await sendOrLook(
            charge,
            () => provider.charge(request),
            () => provider.findCharge(request),
          )
        : await provider.readCharge(chargeId);
    if (made) await applyCharge(deps, charge, made);
    return made !== null;
  }

  async function sendOrLook<Made>(
    charge: RecordedCharge,
    send: () => Promise<Made>,
    look: () => Promise<Made | null>,
  ): Promise<Made | null> {
    if (ageOf(charge) >= SENT_FOR_MS) return look();
    try {
      return await send();
    } catch (error) {
      // A failure may have made the charge all the same, and may be repeated for a day.
      if (!(error instanceof PaymentProviderError) || error.trouble !== 'failed') throw error;
      const made = await look();
      if (made === null) throw error;
      return made;
    }
  }

  const ageOf = ({ payment }: RecordedCharge) => clock.now().getTime() - payment.createdAt.getTime();
  const isOver = (charge: RecordedCharge) => ageOf(charge) >= LOOKED_FOR_MS;

  /** Waits for at most ten seconds. What comes later is recorded all the same. */
  async function inTime(asked: Promise<void>, charge: RecordedCharge): Promise<void> {
    const late = new AbortController();
    const tooLate = wait(CHARGED_WITHIN_MS, 'late' as const, { signal: late.signal, ref: false }).catch(() => 'late' as const);
    const first = await Promise.race([asked, tooLate]).finally(() => late.abort());
    if (first !== 'late') return;
    asked.catch((error: unknown) => log.warn({ err: error, ...factsOf(charge) }, 'purchases: a late charge was not recorded'));
    await writing(() => noteWaiting(client, charge, waitingReason(null)));
  }

  async function reconcileCharge(hint: ChargeHint): Promise<HintOutcome> {
    const { chargeId, paymentId, purchaseId } = hint;
    if (!isOurs(hint, installationId)) return 'foreign';
    const recorded = await reading(() => findRecordedCharge(client, paymentId));
    if (!recorded) {
      log.warn({ chargeId, paymentId, purchaseId }, 'purchases: a charge names a payment that is not here');
      return 'unknown';
    }
    try {
      await applyCharge(deps, recorded, await provider.readCharge(chargeId));
      return 'reconciled';
    } catch (error) {
      if (!(error instanceof MissingAtProviderError)) throw error;
      log.error({ chargeId, paymentId, purchaseId }, 'purchases: the present key does not see a charge of an event');
      return 'missing';
    }
  }

  return { finishCharge, reconcileCharge };
}

/** True where a charge that failed left the purchase without a page. */
function isUnpaid({ status, processing, checkoutId }: Purchase): boolean {
  return status === 'PENDING' && !processing && checkoutId === null;
}

function factsOf({ payment: { id, purchaseId } }: RecordedCharge) {
  return { paymentId: id, purchaseId };
}

const NEVER_MADE = 'The payment provider was not reached in time, and charged nothing.';
