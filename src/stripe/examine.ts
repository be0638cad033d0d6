/** Looks at a Stripe account from outside, for an operator: the key and the webhook endpoints. */
import type { Log } from '../platform/log.ts';
import { stripeCalls } from './calls.ts';
import { openStripe } from './client.ts';
import { type ProbedKey, probeKey } from './key-check.ts';
import { openLimiter, READS_PER_SECOND } from './read-limiter.ts';
import { EVENT_SUBJECTS } from './webhook-events.ts';

export interface Examined extends Pick<ProbedKey, 'key' | 'account' | 'lacking'> {
  /** undefined where the key may not read them. */
  readonly endpoints:
    | readonly { readonly url: string; readonly status: string; readonly events: readonly string[] }[]
    | undefined;
}

/** More endpoints than an account may have. */
const ENDPOINTS = 100;

export async function examineStripe(options: Parameters<typeof openStripe>[0], log: Log): Promise<Examined> {
  const stripe = openStripe(options);
  const calls = stripeCalls({ limiter: openLimiter(READS_PER_SECOND), log });
  const probed = await probeKey({ stripe, calls });
  const list = () => stripe.webhookEndpoints.list({ limit: ENDPOINTS });
  const found = probed.key === 'allowed' ? await calls.read(list).catch(() => undefined) : undefined;
  const endpoints = found?.data.map(({ url, status, enabled_events: events }) => ({ url, status, events }));
  return { key: probed.key, account: probed.account, lacking: probed.lacking, endpoints };
}

/** The events on which Brim acts, and that an endpoint is not told of. */
export function missingEvents(enabled: readonly string[]): readonly string[] {
  if (enabled.includes('*')) return [];
  return Object.keys(EVENT_SUBJECTS).filter((type) => !enabled.includes(type));
}
