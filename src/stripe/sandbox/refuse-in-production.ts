/**
 * The sandbox accepts simulated payments from anybody. So it runs neither in production nor beside
 * a Stripe key, and checks both before it opens anything.
 */
export interface SandboxEnvironment {
  readonly production: boolean;
  /** A Stripe key is configured, so Stripe itself is used. */
  readonly stripeKeyConfigured: boolean;
}

/** @throws Error, with what to do, where the sandbox must not run. */
export function refuseInProduction({ production, stripeKeyConfigured }: SandboxEnvironment): void {
  if (stripeKeyConfigured)
    throw new Error('The Stripe sandbox never runs beside a real Stripe key: unset STRIPE_SECRET_KEY to use it.');
  if (production)
    throw new Error('The Stripe sandbox gives things away, so it does not run in production: set STRIPE_SECRET_KEY.');
}
