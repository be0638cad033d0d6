/** Finds the caller of a request, before anything else of the request is read. */
import type { Plugin } from 'graphql-yoga';
import type { Access } from '../../access/access.ts';
import type { Actor } from '../../access/actor.ts';
import { type Caller, credentialIdOf } from '../../access/budgets.ts';
import type { HttpContext } from './request-context.ts';

/**
 * The caller of an Authorization header: no promise where it has a secret key. Rejects with
 * UnauthenticatedError, which says what to send.
 */
export type CallerOf = (authorization: string | undefined) => Caller | Promise<Caller>;

/** Headers with a secret key: a few, unless somebody who has one varies how it is written. */
const REMEMBERED_MAX = 100;

/**
 * Remembers the callers with secret keys, whose ids are hashes, by their headers. A header is
 * looked up only after it was authenticated.
 */
export function openCallers({ authenticate, readKey }: Pick<Access, 'authenticate' | 'readKey'>): CallerOf {
  const remembered = new Map<string, Caller>();

  function callerWithKey(authorization: string, actor: Actor): Caller {
    const known = remembered.get(authorization);
    if (known) return known;
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    const caller = { actor, credentialId: credentialIdOf(authorization) };
    remembered.set(authorization, caller);
    return caller;
  }

  async function identify(authorization: string): Promise<Caller> {
    return { actor: await authenticate(authorization), credentialId: credentialIdOf(authorization) };
  }

  return (authorization = '') => {
    const app = readKey(authorization);
    return app ? callerWithKey(authorization, app) : identify(authorization);
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
