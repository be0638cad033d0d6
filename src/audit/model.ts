/** The types of the audit log. */
import type { Actor } from '../access/actor.ts';

export const AUDIT_ACTOR_TYPES = ['SECRET_KEY', 'CUSTOMER_TOKEN', 'BRIM'] as const;
export type AuditActorType = (typeof AUDIT_ACTOR_TYPES)[number];

/** Who did something, without a secret. */
export interface AuditActor {
  /** BRIM: no caller, such as the demo's server. */
  readonly type: AuditActorType;
  /** Of the key or the token; null where it has none. */
  readonly id: string | null;
  /** Of the key, as BRIM_SECRET_KEY has it or as it was made with. */
  readonly name: string | null;
}

/** The ids of what an operation made or changed, by their names in the API. */
export type AuditIds = Readonly<Record<string, string>>;

/** An operation that is to be recorded. */
export interface AuditedCall {
  readonly actor: Actor;
  /** The mutation's field, or the verb of the API that autumn-js calls. */
  readonly operation: string;
  /** The customer whom the caller named, if any; not checked yet. */
  readonly customerId: unknown;
  /** Why, as the caller says, if it says so; not checked yet. */
  readonly reason?: unknown;
  readonly requestId: string;
}

/** What came of an operation. */
export type AuditedEnd =
  | { readonly changed: 'nothing' }
  /** It is not known here whether it was done. */
  | { readonly changed: 'unknown' }
  | { readonly changed: 'something'; readonly customerId: string | null; readonly ids: AuditIds };

/** One operation that changed something. */
export interface AuditEntry {
  readonly position: bigint;
  readonly at: Date;
  readonly actor: AuditActor;
  readonly operation: string;
  readonly customerId: string | null;
  /** As the caller gave it; kept only beside the customer's id. */
  readonly reason: string | null;
  readonly requestId: string;
  /** False while it runs, and where what came of it could not be recorded. */
  readonly done: boolean;
  readonly ids: AuditIds;
}

export function auditActorOf(actor: Actor): AuditActor {
  if (actor.kind === 'customer') return { type: 'CUSTOMER_TOKEN', id: actor.tokenId ?? null, name: null };
  const { key } = actor;
  return key ? { type: 'SECRET_KEY', id: key.id, name: key.name } : { type: 'BRIM', id: null, name: null };
}
