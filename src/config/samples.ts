/**
 * Recognises sample secrets that everybody can read, and placeholders that are to be replaced.
 *
 * The documentation writes `<placeholders>`, so that a pasted example does not start.
 */

/** From earlier editions of the documentation, and from the tests. */
const PUBLISHED = new Set([
  ...['brim_sk_made_with_openssl_rand_hex_24', 'brim_sk_the_new_one_0123456789ab', 'brim_sk_the_old_one_0123456789ab'],
  ...['brim_sk_0123456789abcdef', 'brim_sk_fedcba9876543210'],
  ...['the_output_of_openssl_rand_base64_48', 'sk_live_from_your_dashboard', 'whsec_from_the_endpoint_that_you_add'],
]);

export function isSample(text: string): boolean {
  return PUBLISHED.has(text) || /[<>…]|\.\.\.|\$[({]/.test(text);
}
