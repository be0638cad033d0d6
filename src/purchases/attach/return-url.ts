/**
 * Where customers go when they leave the payment page.
 *
 * A browser that holds a customer token may send its customer only to origins that the operator
 * named: otherwise a stolen token could make a link of ours that leads to the thief's page. The
 * app's server may name any. After some days the link leads to our own page only, so that a link
 * found later is harmless.
 */
import type { Actor } from '../../access/actor.ts';
import { type InputIssue, InvalidInputError } from '../../values/errors.ts';
import { isLoopbackName, type OriginPattern } from '../../values/origin.ts';
import type { Purchase } from '../model/types.ts';

export interface ReturnRules {
  /** The origins to which a customer token may send its customer. */
  readonly isNamed: OriginPattern;
  /** Our own pages. Every caller may name them, with http or https. */
  readonly isOwn: OriginPattern;
  /** Lets the app send customers to unencrypted pages on other machines. */
  readonly allowsPlainHttp: boolean;
}

/**
 * @throws InvalidInputError with the path of each URL to which this actor may not send a customer.
 */
export function refuseUrls(urls: Readonly<Record<string, string | null>>, actor: Actor, rules: ReturnRules): void {
  const issues = Object.entries(urls).flatMap(([name, url]): InputIssue[] => {
    const message = url === null ? undefined : problemWith(new URL(url), actor, rules);
    return message === undefined ? [] : [{ path: [name], message, code: 'NOT_ALLOWED' }];
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
}

function problemWith({ origin, protocol, hostname }: URL, actor: Actor, rules: ReturnRules): string | undefined {
  if (rules.isOwn(origin)) return undefined;
  const isCustomer = actor.kind === 'customer';
  if (protocol === 'http:' && !isLoopbackName(hostname) && (isCustomer || !rules.allowsPlainHttp))
    return 'must begin with https://; http:// is for localhost only';
  if (isCustomer && !rules.isNamed(origin))
    return 'must be of an origin in CORS_ORIGINS or RETURN_ORIGINS; another can be chosen with a secret key only';
  return undefined;
}

const PURCHASE_ID = /\{PURCHASE_ID\}|%7BPURCHASE_ID%7D/gi;
const CHECKOUT_SESSION_ID = /\{CHECKOUT_SESSION_ID\}|%7BCHECKOUT_SESSION_ID%7D/gi;

/** The URL with `{PURCHASE_ID}` and `{CHECKOUT_SESSION_ID}` filled in. */
export function fillIn(url: string, { id, checkoutId }: Pick<Purchase, 'id' | 'checkoutId'>): string {
  const encoded = (text: string | null) => () => encodeURIComponent(text ?? '');
  return url.replace(PURCHASE_ID, encoded(id)).replace(CHECKOUT_SESSION_ID, encoded(checkoutId));
}

/** True where the URL can be filled in only after the payment page is opened. */
export function needsCheckoutId(url: string): boolean {
  return url.search(CHECKOUT_SESSION_ID) >= 0;
}

const DAY_MS = 24 * 60 * 60_000;
/** A payment page is open for a day; the customer may take another day to come back from it. */
const UNSETTLED_MS = 2 * DAY_MS;

/** Where a customer goes after paying; null where only our own page is left. */
export function successUrlOf(purchase: Purchase, now: Date): string | null {
  const isDone = purchase.status === 'ACTIVE' || purchase.processing;
  if (!isDone || purchase.successUrl === null || isOver(purchase, now)) return null;
  return fillIn(purchase.successUrl, purchase);
}

/** Where a customer goes who did not pay; null where only our own page is left. */
export function cancelUrlOf(purchase: Purchase, now: Date): string | null {
  const wanted = purchase.checkout?.wantedCancelUrl;
  return wanted == null || isOver(purchase, now) ? null : fillIn(wanted, purchase);
}

function isOver({ settledAt, createdAt }: Purchase, now: Date): boolean {
  const end = settledAt ? settledAt.getTime() + DAY_MS : createdAt.getTime() + UNSETTLED_MS;
  return now.getTime() > end;
}
