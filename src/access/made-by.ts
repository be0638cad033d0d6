/** Who asked for an entry of the ledger, and with which request, as one text. */
import type { Actor } from './actor.ts';

/** Who asks without a key or a token with an id. */
const NOBODY = '-';

export function madeByOf(actor: Actor, requestId: string): string {
  const id = actor.kind === 'app' ? actor.key?.id : actor.tokenId;
  return `${id ?? NOBODY} ${requestId}`;
}

/** What `madeByOf` wrote. */
export function readMadeBy(madeBy: string | null): { readonly actorId: string | null; readonly requestId: string | null } {
  const [actorId = NOBODY, requestId = null] = madeBy?.split(' ') ?? [];
  return { actorId: actorId === NOBODY ? null : actorId, requestId };
}
