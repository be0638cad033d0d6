/**
 * How often the portal, or the page to save a payment method, is opened for one customer in this
 * process: each call makes an object at the provider, whose quota is the app's.
 */
import { type Bucket, fullBucket, msUntil, type Rate, refill, spend } from '../../access/bucket.ts';
import type { Clock } from '../../values/clock.ts';
import { RateLimitedError } from '../../values/errors.ts';

export const PORTAL_RATE: Rate = { limit: 10, periodMs: 60_000 };
/** Customers of whom a bucket is kept. One that is forgotten begins with a full one. */
const MOST_CUSTOMERS = 10_000;

/** Counts one page of the customer. @throws RateLimitedError. */
export type PortalBudget = (customerId: string) => void;

export function openPortalBudget(clock: Clock): PortalBudget {
  const buckets = new Map<string, Bucket>();
  return (customerId) => {
    const nowMs = clock.now().getTime();
    const bucket = refill(buckets.get(customerId) ?? fullBucket(PORTAL_RATE, nowMs), PORTAL_RATE, nowMs);
    const waitMs = msUntil(1, bucket, PORTAL_RATE);
    if (waitMs > 0)
      throw new RateLimitedError(
        `Pages of the payment provider were opened ${PORTAL_RATE.limit} times within a minute for this customer: try again in ${Math.ceil(waitMs / 1_000)} seconds.`,
        waitMs / 1_000,
      );
    buckets.delete(customerId);
    const [oldest] = buckets.keys();
    if (buckets.size >= MOST_CUSTOMERS && oldest !== undefined) buckets.delete(oldest);
    buckets.set(customerId, spend(1, bucket));
  };
}
