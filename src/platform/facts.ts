/**
 * What happens while Brim works, told to whoever measures it.
 *
 * A room publishes a fact and does not know who listens; where nobody does, it costs a test of a
 * boolean. Facts carry no payloads and no personal data.
 */
import { channel } from 'node:diagnostics_channel';
import type { TypedRefusal } from '../values/typed-refusals.ts';

export interface Facts {
  /** A query, a mutation or a call to /v1 has been executed, or refused before that. */
  readonly operation: {
    /** "query", "mutation" or "v1". */
    readonly type: string;
    /**
     * Its root field, "several" where they differ. Of a call to /v1 the verb, "unknown" where there
     * is no such verb.
     */
    readonly field: string;
    readonly ms: number;
    /** The codes of its errors. */
    readonly codes: readonly string[];
    /** What its payloads refuse. */
    readonly refusals: readonly TypedRefusal[];
    readonly requestId: string | undefined;
    readonly caller: 'key' | 'customer' | undefined;
  };
  /** A request was answered by another route, or was refused before it came to an operation. */
  readonly request: {
    /** The pattern of its path; "unknown" where there is nothing. */
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly ms: number;
    /** Unset where it was not refused, or by a route whose refusals have no code. */
    readonly code: string | undefined;
    readonly requestId: string;
  };
  /** An error left in an answer or a push, or ended a connection. */
  readonly refusal: {
    readonly code: string;
    /** Unset for a connection. */
    readonly requestId: string | undefined;
    /** Whether the fact about an operation or a request has it too. */
    readonly isTold: boolean;
  };
  /** A push was executed, or taken from an equal one. */
  readonly push: null;
  /** A change was handed to a subscriber, so long after its entry was recorded. */
  readonly change: { readonly recordedAt: Date };
  /** The ledger has answered a batch. */
  readonly batch: { readonly commands: number; readonly ms: number };
  /** Some customers were verified; `faults` are those that the last tour through all found. */
  readonly verified: { readonly customers: number; readonly faults: number };
  /** A report was read. Published only where there is a replica. */
  readonly report: { readonly report: string; readonly from: 'replica' | 'primary' };
  /** The replica was looked at, or has failed. */
  readonly replica: { readonly isUsed: boolean };
  /** Stripe was called. */
  readonly stripe: { readonly kind: 'read' | 'write'; readonly outcome: 'answered' | 'failed'; readonly ms: number };
}

export interface FactChannel<Fact> {
  /** False where nobody listens: what a fact needs is not computed then. */
  readonly isHeard: boolean;
  publish(fact: Fact): void;
}

export function facts<Name extends keyof Facts>(name: Name): FactChannel<Facts[Name]> {
  const of = channel(`brim:${name}`);
  return {
    get isHeard() {
      return of.hasSubscribers;
    },
    publish: (fact) => of.publish(fact),
  };
}

/** @returns what ends the listening. */
export function onFact<Name extends keyof Facts>(name: Name, listener: (fact: Facts[Name]) => void): () => void {
  const of = channel(`brim:${name}`);
  // The channel's name says which facts it carries.
  const heard = (fact: unknown) => listener(fact as Facts[Name]);
  of.subscribe(heard);
  return () => void of.unsubscribe(heard);
}
