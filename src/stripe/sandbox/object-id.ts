import { randomBytes } from 'node:crypto';

/** Ids with Stripe's prefixes. */
export type ObjectPrefix = 'cus' | 'prod' | 'price' | 'li' | 'cs_test' | 'pi' | 'evt' | 'req';

export function newObjectId(prefix: ObjectPrefix): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}

/** Stripe's timestamps are whole seconds. */
export function toUnixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1_000);
}
