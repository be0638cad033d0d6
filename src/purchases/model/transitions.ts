/**
 * The legal transitions of a purchase: for each event, the status that follows each status in which
 * the event is legal. In every other status the event is refused and changes nothing.
 *
 * The statements of tables/ take their conditions from here. A purchase begins as PENDING where it
 * is to be paid, and as ACTIVE where it costs nothing.
 */
import type { Purchase, PurchaseStatus } from './types.ts';

/** From a status to the next one. A status that is not there refuses the event. */
export type Transitions = Partial<Readonly<Record<PurchaseStatus, PurchaseStatus>>>;

export const PURCHASE_TRANSITIONS = {
  /**
   * The payment arrived: the purchase becomes ACTIVE with its grants. A payment may also arrive
   * after Brim or the provider gave the purchase up. Once in the life of a purchase: see
   * `isActivatable`.
   */
  activate: { PENDING: 'ACTIVE', FAILED: 'ACTIVE', EXPIRED: 'ACTIVE', CANCELED: 'ACTIVE' },
  /**
   * The provider refused the purchase, or the payment failed.
   */
  fail: { PENDING: 'FAILED' },
  /**
   * A payment came that does not settle it. Its money is there, so it is open again, whatever it
   * was before, until acceptPayment or refundPurchase ends it.
   */
  keepUnsettled: { PENDING: 'PENDING', FAILED: 'PENDING', EXPIRED: 'PENDING', CANCELED: 'PENDING' },
  /** The page was closed unpaid, or the provider does not have it. */
  expire: { PENDING: 'EXPIRED' },
  /**
   * The app cancels an unpaid purchase whose page was just closed. The provider's event may have
   * made it EXPIRED in between. Not while a delayed payment is processing.
   */
  cancelUnpaid: { PENDING: 'CANCELED', EXPIRED: 'CANCELED' },
  /**
   * Ends now: canceled, replaced by another base plan, at the end of its period, or because the
   * provider gave up a renewal that is not paid.
   */
  end: { ACTIVE: 'CANCELED', PAST_DUE: 'CANCELED' },
  /** Gets the instant at which its period ends it. */
  scheduleEnd: { ACTIVE: 'ACTIVE' },
  /** Its subscription ends with its period, or does not any more. */
  setEnd: { ACTIVE: 'ACTIVE', PAST_DUE: 'PAST_DUE' },
  /** An invoice of its subscription is paid. Its status follows that of the subscription. */
  renew: { ACTIVE: 'ACTIVE', PAST_DUE: 'PAST_DUE' },
  /** A renewal is not paid. The customer keeps what it has, and gets nothing new. */
  pastDue: { ACTIVE: 'PAST_DUE' },
  /** What was not paid is paid by now. */
  recover: { PAST_DUE: 'ACTIVE' },
  /** Stores what the provider says of its page. */
  storeCheckout: { PENDING: 'PENDING' },
  /** Another page, which was paid, takes the place of the stored one. */
  replaceCheckout: { PENDING: 'PENDING', FAILED: 'FAILED', EXPIRED: 'EXPIRED', CANCELED: 'CANCELED' },
  /**
   * All of its money is back. A PENDING one was paid, and its payment never settled it. One whose
   * subscription goes on keeps its status.
   */
  refund: { PENDING: 'REFUNDED', ACTIVE: 'REFUNDED', CANCELED: 'REFUNDED' },
  /** Its money is not back any more, and it was ACTIVE before. */
  reinstate: { REFUNDED: 'ACTIVE' },
  /** The same of one that had ended before, or whose place another base plan has by now. */
  reinstateEnded: { REFUNDED: 'CANCELED' },
  /** The same of one whose payment never settled it. */
  reinstateUnsettled: { REFUNDED: 'PENDING' },
} as const satisfies Readonly<Record<string, Transitions>>;

export type PurchaseEvent = keyof typeof PURCHASE_TRANSITIONS;

/** The status after the event; undefined where the event is illegal in this status. */
export function statusAfter(status: PurchaseStatus, event: PurchaseEvent): PurchaseStatus | undefined {
  const transitions: Transitions = PURCHASE_TRANSITIONS[event];
  return transitions[status];
}

/** The statuses in which the event is legal, for a statement's condition. */
export function statusesBefore(event: PurchaseEvent): readonly string[] {
  return Object.keys(PURCHASE_TRANSITIONS[event]);
}

/** The statuses of a purchase that the customer has: its renewal is paid, or still expected. */
export const HELD_STATUSES = ['ACTIVE', 'PAST_DUE'] as const satisfies readonly PurchaseStatus[];

/** True where the customer has the purchase. */
export function isHeld({ status }: Pick<Purchase, 'status'>): boolean {
  return HELD_STATUSES.some((held) => held === status);
}

/** True while a payment can still make the purchase ACTIVE, which it becomes once. */
export function isActivatable({ status, settledAt }: Purchase): boolean {
  return settledAt === null && statusAfter(status, 'activate') !== undefined;
}
