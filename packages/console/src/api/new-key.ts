/**
 * Makes a key for a request that may be sent again: 32 hexadecimal digits. Not crypto.randomUUID,
 * which pages have only over https and on localhost.
 */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
