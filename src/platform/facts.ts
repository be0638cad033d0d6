/**
 * What happens while Brim works, told to whoever measures it.
 *
 * A room publishes a fact and does not know who listens; where nobody does, it costs a test of a
 * boolean. Facts carry no payloads and no personal data.
 */
import { channel } from 'node:diagnostics_channel';

export interface Facts {
  /** A query or mutation has been executed, or refused before that. */
  readonly operation: {
    readonly type: string;
    /** Its root field; "several" where they differ. */
    readonly field: string;
    readonly ms: number;
    /** The codes of its errors. */
    readonly codes: readonly string[];
    readonly requestId: string | undefined;
    readonly caller: 'key' | 'customer' | undefined;
  };
  /** An error left in an answer or a push. */
  readonly refusal: { readonly code: string; readonly requestId: string };
  /** A push was executed, or taken from an equal one. */
  readonly push: null;
  /** A change was handed to a subscriber, so long after its entry was recorded. */
  readonly change: { readonly recordedAt: Date };
  /** The ledger has answered a batch. */
  readonly batch: { readonly commands: number; readonly ms: number };
  /** Some customers were verified; `faults` are those that the last tour through all found. */
  readonly verified: { readonly customers: number; readonly faults: number };
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
