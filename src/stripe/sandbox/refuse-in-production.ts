/** The sandbox takes "payments" from whoever asks. Two facts forbid it, and both are checked before anything of it is opened. */

export interface SandboxEnvironment {
  readonly production: boolean;
  /** True where a Stripe key is configured: then Stripe is Stripe. */
  readonly stripeKeyConfigured: boolean;
}

/** @throws Error, with what to do, where the sandbox must not run. */
export function refuseInProduction({ production, stripeKeyConfigured }: SandboxEnvironment): void {
  if (stripeKeyConfigured)
    throw new Error('The Stripe sandbox never runs beside a real Stripe key: unset STRIPE_SECRET_KEY to use it.');
  if (production)
    throw new Error('The Stripe sandbox gives things away, so it does not run in production: set STRIPE_SECRET_KEY.');
}
