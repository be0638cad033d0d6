/**
 * Who is in front of the page: a customer for each browser, in a cookie. A real app has a sign-in here.
 *
 * The id is 122 random bits and is shown to nobody else, so it serves as the credential, too. Only ids of this form are believed: no cookie makes
 * anybody a customer whom the developer has made.
 */
import { randomUUID } from 'node:crypto';
import { ForbiddenError } from '../../values/errors.ts';

const COOKIE = 'brim_demo';
const COOKIE_SECONDS = 30 * 24 * 60 * 60;
const VISITOR = new RegExp(`(?:^|;\\s*)${COOKIE}=(demo_[0-9a-f-]{36})(?:;|$)`);

export function newVisitor(): string {
  return `demo_${randomUUID()}`;
}

/** The customer of this browser, if it has been here before. */
export function visitorOf({ headers }: Request): string | undefined {
  return VISITOR.exec(headers.get('cookie') ?? '')?.[1];
}

/** No script can read it, and no other site can send it. */
export function cookieFor(customerId: string): string {
  return `${COOKIE}=${customerId}; Path=/demo; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Strict`;
}

/** Only the page itself may ask. @throws ForbiddenError. */
export function refuseOtherPages({ url, headers }: Request): void {
  const origin = headers.get('origin') ?? '';
  const isOwn = URL.canParse(origin) && new URL(origin).host === new URL(url).host;
  const site = headers.get('sec-fetch-site') ?? 'same-origin';
  if (!isOwn || site !== 'same-origin') throw new ForbiddenError('Only the page of the demo may ask this.');
}
