import { hasScope, type KeyScope, MissingScopeError, type NeededScopes } from '../values/key-scope.ts';

/** The caller of a request, found once from its key or token. */
export type Actor = AppActor | CustomerActor;

/** The app's own server, with a secret key. */
export interface AppActor {
  readonly kind: 'app';
  /** The key that it presented; left out: Brim itself acts, such as the demo's server. */
  readonly key?: SecretKeyName;
  /** What an issued key was made for; left out: everything, as for a root key and Brim itself. */
  readonly scopes?: readonly KeyScope[];
}

/** The app with a key that was made through Brim, and can be revoked. */
export interface IssuedKeyActor extends AppActor {
  readonly key: SecretKeyName;
  readonly scopes: readonly KeyScope[];
}

export function hasIssuedKey(actor: Actor): actor is IssuedKeyActor {
  return actor.kind === 'app' && actor.scopes !== undefined;
}

/** @throws MissingScopeError where the actor's key has none of the scopes. */
export function needScope(actor: Actor, what: string, scopes: NeededScopes): void {
  if (actor.kind === 'app' && !hasScope(actor.scopes, scopes)) throw new MissingScopeError(what, scopes);
}

/** Tells one secret key from another, without a secret in it. */
export interface SecretKeyName {
  readonly id: string;
  /** As BRIM_SECRET_KEY has it before the key, or as it was made with; null where there is none. */
  readonly name: string | null;
}

/**
 * A browser with a customer token. It sees one customer, and may attach only the plans that were
 * named when the token was made.
 */
export interface CustomerActor {
  readonly kind: 'customer';
  readonly customerId: string;
  readonly attachablePlanIds: readonly string[];
  /** It may set the customer's auto top-ups; left out: it may not. */
  readonly canSetAutoTopUp?: boolean;
  /** Its streams end at this time. */
  readonly expiresAt: Date;
  /** Names the token, without a secret in it; left out: it was made before tokens had ids. */
  readonly tokenId?: string;
  /** How often the customer's tokens had been revoked when this one was made; left out: never. */
  readonly generation?: number;
}

/**
 * Names everything that the actor may see and do. Two actors with equal rights get equal answers:
 * they differ in nothing but their tokens' ids and how long those live.
 */
export function rightsOf(actor: Actor): string {
  if (actor.kind === 'app') return ['app', ...(actor.scopes ?? [])].join(' ');
  const { expiresAt: _until, tokenId: _id, generation: _generation, ...rights } = actor;
  return JSON.stringify(rights);
}

/**
 * True where the actor may see this customer. Other customers are answered as if they did not
 * exist.
 */
export function maySee(actor: Actor, customerId: string): boolean {
  return actor.kind === 'app' || actor.customerId === customerId;
}
