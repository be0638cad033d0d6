/** Finds the caller of a request, before anything else of the request is read. */
import type { Plugin } from 'graphql-yoga';
import type { Access } from '../../access/access.ts';
import { type Caller, credentialIdOf } from '../../access/budgets.ts';
import type { HttpContext } from './request-context.ts';

/** The caller of an Authorization header. @throws UnauthenticatedError, which says what to send. */
export type CallerOf = (authorization: string | undefined) => Promise<Caller>;

/** Headers with a secret key: a few, unless somebody who has one varies how it is written. */
const REMEMBERED_MAX = 100;

/**
 * Remembers the ids of secret keys, which are hashes, by their headers. A header is looked up only
 * after it was authenticated.
 */
export function openCallers({ authenticate }: Pick<Access, 'authenticate'>): CallerOf {
  const remembered = new Map<string, string>();

  function idOfKey(authorization: string): string {
    const known = remembered.get(authorization);
    if (known !== undefined) return known;
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    const id = credentialIdOf(authorization);
    remembered.set(authorization, id);
    return id;
  }

  return async (authorization = '') => {
    const actor = await authenticate(authorization);
    return { actor, credentialId: actor.kind === 'app' ? idOfKey(authorization) : credentialIdOf(authorization) };
  };
}

/** Does nothing where the caller is known. */
export function useAuthentication(callerOf: CallerOf): Plugin<object, HttpContext> {
  return {
    async onRequestParse({ serverContext }) {
      serverContext.caller ??= await callerOf(serverContext.req.headers.authorization);
    },
  };
}
