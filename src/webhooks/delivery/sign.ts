/** Signs as Standard Webhooks says, with each secret that is valid. */
import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

const SECRET_BYTES = 32;

export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/**
 * The headers of one attempt.
 * @param id The same for each attempt, so that receivers know what they have had.
 * @param at The time of this attempt, real time: receivers refuse an old one as a replay.
 */
export function signedHeaders(secrets: readonly string[], id: string, at: Date, body: string): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'user-agent': 'Brim-Webhooks',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
