import { Webhook } from 'standardwebhooks';
import type { WebhookEventData } from './generated/payloads.ts';

export type WebhookEventType = keyof WebhookEventData;

/** The body of a webhook. `type` tells what its `data` is. */
export type WebhookEvent<Type extends WebhookEventType = WebhookEventType> = {
  [Each in Type]: {
    readonly type: Each;
    /** The same each time that the event is sent: skip one that you have had. */
    readonly id: string;
    /** RFC 3339, in UTC. */
    readonly occurredAt: string;
    /** True of what `sendTestEvent` invented. */
    readonly test?: true;
    readonly data: WebhookEventData[Each];
  };
}[Type];

/** As fetch has them, or as Node and its frameworks do. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const SIGNED = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

/**
 * Reads a webhook that Brim sent: signed with the secret, and not longer than five minutes ago.
 * @param body as it came, before anybody parsed it.
 * @param secret of the endpoint, `whsec_…`. Several while you change over: one of them must fit.
 * @returns the event. Its type may be newer than this package: leave out what you do not know.
 * @throws WebhookVerificationError where it is not from Brim, or was changed, or is too old.
 */
export function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secret: string | readonly string[],
): WebhookEvent {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  const signed = Object.fromEntries(SIGNED.map((name) => [name, headerOf(headers, name)]));
  const secrets = typeof secret === 'string' ? [secret] : secret;
  let refusal: unknown = new Error('verifyWebhook needs a secret.');
  for (const each of secrets) {
    try {
      return new Webhook(each).verify(text, signed) as WebhookEvent;
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

function headerOf(headers: WebhookHeaders, name: string): string {
  if (headers instanceof Headers) return headers.get(name) ?? '';
  const [, value] = Object.entries(headers).find(([each]) => each.toLowerCase() === name) ?? [];
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}
