/**
 * Identifies the visitor: each browser is a customer, whose id is in a cookie. A real app has a
 * sign-in here.
 *
 * The id has 122 random bits and nobody else sees it, so it serves as the credential. Only ids of
 * this form are accepted, so no cookie gives access to a customer that the developer created.
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

/** A cookie that no script can read and no other site can send. */
export function cookieFor(customerId: string): string {
  return `${COOKIE}=${customerId}; Path=/demo; Max-Age=${COOKIE_SECONDS}; HttpOnly; SameSite=Strict`;
}

/** Accepts requests of the page itself only. @throws ForbiddenError. */
export function refuseOtherPages({ url, headers }: Request): void {
  const origin = headers.get('origin') ?? '';
  const isOwn = URL.canParse(origin) && new URL(origin).host === new URL(url).host;
  const site = headers.get('sec-fetch-site') ?? 'same-origin';
  if (!isOwn || site !== 'same-origin') throw new ForbiddenError('Only the page of the demo may ask this.');
}
