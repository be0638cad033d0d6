/**
 * What a secret key may be for. It is among the values because the schema and the routes declare
 * what each of them needs, and the server and the keys compare.
 */
import { ForbiddenError } from './errors.ts';

export const KEY_SCOPES = ['READ', 'TRACK', 'PURCHASES', 'CATALOGUE', 'CUSTOMERS', 'ADMIN'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** A key needs one of them. */
export type NeededScopes = readonly [KeyScope, ...KeyScope[]];

/** What a type needs, and which of its fields anybody may see who came so far. */
export interface TypeScopes {
  readonly needs: NeededScopes;
  readonly free: readonly string[];
}

/** @param scopes Left out: those of a root key, which may do everything. */
export function hasScope(scopes: readonly KeyScope[] | undefined, needed: NeededScopes): boolean {
  return scopes === undefined || needed.some((scope) => scopes.includes(scope));
}

/** Nothing was done: the secret key was not made for this. */
export class MissingScopeError extends ForbiddenError {
  override readonly code = 'MISSING_SCOPE';
  /** One of them is needed. */
  override readonly facts: { readonly scopes: NeededScopes };

  /** @param what What needs it, such as "Mutation.track". */
  constructor(what: string, scopes: NeededScopes) {
    super(`${what} needs a secret key with the scope ${scopes.join(' or ')}. Nothing was done.`);
    this.facts = { scopes };
  }
}
