import type { Config } from '../../config/config.ts';
import type { Log } from '../../platform/log.ts';
import { examineStripe, missingEvents } from '../../stripe/examine.ts';
import { type Finding, fault, ok, warning } from './finding.ts';

/** The key, and the webhook endpoint that Stripe has for this Brim. */
export async function checkStripe({ stripe, publicUrl }: Config, log: Log): Promise<readonly Finding[]> {
  if (!stripe) return [];
  const { key, account, lacking, endpoints } = await examineStripe(stripe, log);
  if (key === 'refused') return [fault('Stripe key', 'is refused by Stripe.', 'Put a valid key into STRIPE_SECRET_KEY.')];
  if (key === 'unknown') return [warning('Stripe', 'does not answer.', 'Try again; Brim starts without it, and purchases wait.')];
  return [
    lacking.length === 0
      ? ok('Stripe key', `may do all that is needed${account === undefined ? '' : ` in ${account}`}`)
      : fault('Stripe key', `lacks permissions: ${lacking.join('; ')}.`, 'Add them to the restricted key in the dashboard.'),
    checkEndpoint(endpoints, publicUrl),
  ];
}

function checkEndpoint(
  endpoints: Awaited<ReturnType<typeof examineStripe>>['endpoints'],
  publicUrl: string | undefined,
): Finding {
  const about = 'Stripe webhook';
  const url = `${publicUrl ?? '…'}/webhooks/stripe`;
  if (!endpoints) return warning(about, 'cannot be read with this key.', `Look in the dashboard whether ${url} is enabled.`);
  const own = endpoints.find((endpoint) => endpoint.url === url);
  if (!own) return fault(about, `there is no endpoint ${url}.`, 'Add it in the dashboard: see docs/going-live-with-stripe.md.');
  if (own.status !== 'enabled') return fault(about, `${url} is ${own.status}.`, 'Enable it in the dashboard.');
  const missing = missingEvents(own.events);
  if (missing.length > 0)
    return fault(about, `${url} is not told of ${missing.join(', ')}.`, 'Add these events to it in the dashboard.');
  return ok(about, `${url} is enabled and has all events`);
}
