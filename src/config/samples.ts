/**
 * Samples: secrets that stand where everybody can read them, and the marks of text that is to be replaced.
 *
 * The documentation writes `<what belongs here>`, so that what is pasted does not start.
 */

/** Of earlier editions of the documentation, and of the tests. */
const PUBLISHED = new Set([
  ...['brim_sk_made_with_openssl_rand_hex_24', 'brim_sk_the_new_one_0123456789ab', 'brim_sk_the_old_one_0123456789ab'],
  ...['brim_sk_0123456789abcdef', 'brim_sk_fedcba9876543210'],
  ...['the_output_of_openssl_rand_base64_48', 'sk_live_from_your_dashboard', 'whsec_from_the_endpoint_that_you_add'],
]);

export function isSample(text: string): boolean {
  return PUBLISHED.has(text) || /[<>…]|\.\.\.|\$[({]/.test(text);
}
