import { randomBytes } from 'node:crypto';

/** Ids with Stripe's prefixes: `pi_…` for the prefix `pi`. */
export function newObjectId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}

/** Stripe's timestamps are whole seconds. */
export function toUnixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1_000);
}
