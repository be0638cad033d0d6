/** Stripe's times are whole seconds since 1970. */
export function fromUnixSeconds(seconds: number): Date {
  return new Date(seconds * 1_000);
}
