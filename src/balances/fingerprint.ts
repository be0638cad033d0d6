import { createHash } from 'node:crypto';
import { formatDecimal } from '../decimal.ts';

/** What a command's input comes to, for telling a retry from another request under the same key. */
export function fingerprint(verb: string, input: object): string {
  const text = JSON.stringify([verb, input], (_, value: unknown) => (typeof value === 'bigint' ? formatDecimal(value) : value));
  return createHash('sha256').update(text).digest('base64url');
}
