/** Finds the caller of a request, before anything else of the request is read. */
import type { Plugin } from 'graphql-yoga';
import type { Access } from '../../access/access.ts';
import { type Caller, credentialIdOf } from '../../access/budgets.ts';
import type { HttpContext } from './request-context.ts';

/** @throws UnauthenticatedError, which says what to send. */
export async function callerOf(
  authorization: string | undefined,
  { authenticate }: Pick<Access, 'authenticate'>,
): Promise<Caller> {
  const actor = await authenticate(authorization);
  return { actor, credentialId: credentialIdOf(authorization ?? '') };
}

/** Does nothing where the caller is known. */
export function useAuthentication(access: Pick<Access, 'authenticate'>): Plugin<object, HttpContext> {
  return {
    async onRequestParse({ serverContext }) {
      serverContext.caller ??= await callerOf(serverContext.req.headers.authorization, access);
    },
  };
}
