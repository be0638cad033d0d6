/** Who is asking. Found once, where a request comes in, from the key or token that it carries. */
export type Actor = AppActor | CustomerActor;

/** The app's own server, with a secret key: may do everything. */
export interface AppActor {
  readonly kind: 'app';
}

/** A browser with a customer token: sees one customer, and may attach only the plans named when the token was made. */
export interface CustomerActor {
  readonly kind: 'customer';
  readonly customerId: string;
  readonly attachablePlanIds: readonly string[];
  /** Its streams end then. */
  readonly expiresAt: Date;
  /** How often its customer's tokens had been revoked when it was made; left out: never. */
  readonly generation?: number;
}

/** True where the actor may see this customer at all. Another's is answered as if it were not there. */
export function maySee(actor: Actor, customerId: string): boolean {
  return actor.kind === 'app' || actor.customerId === customerId;
}
