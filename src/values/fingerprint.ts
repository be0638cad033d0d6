/**
 * Fingerprints of commands, which tell a retry from another request under the same idempotency key.
 */
import { createHash } from 'node:crypto';
import { formatDecimal } from './decimal.ts';

/** The fingerprint of a command's input. */
export function fingerprint(verb: string, input: object): string {
  const text = JSON.stringify([verb, input], (_, value: unknown) =>
    typeof value === 'bigint' ? formatDecimal(value) : sorted(value),
  );
  return createHash('sha256').update(text).digest('base64url');
}

/**
 * Sorts the keys: a retry may have passed through another language, whose maps have another order.
 */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
