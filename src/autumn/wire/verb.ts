import type { Actor } from '../../access/actor.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Customers } from '../../customers/customers.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Purchases } from '../../purchases/purchases.ts';
import type { Clock } from '../../values/clock.ts';
import type { Ids } from '../../values/ids.ts';

/** The domain, as the verbs of this wire use it. */
export interface AutumnDeps {
  readonly catalog: Catalog;
  readonly customers: Customers;
  readonly ledger: Ledger;
  readonly purchases: Purchases;
  readonly clock: Clock;
  readonly ids: Ids;
  /** What the wire calls the environment: whether the money is real. */
  readonly environment: 'sandbox' | 'live';
}

export interface Call {
  readonly actor: Actor;
  /** As it was sent: its numbers are NumberTexts. */
  readonly body: unknown;
  /** From the header of that name. */
  readonly idempotencyKey: string | undefined;
}

/** One thing that can be asked: `balances.check`. */
export interface Verb {
  run(call: Call): Promise<object>;
  /** What the domain's words are called here, where it is not the same word in small letters. */
  readonly words?: Readonly<Record<string, string>>;
  /** 200 unless the client waits for another. */
  readonly status?: number;
  /**
   * What comes of a repeated key: the domain answers as it did the first time, or the same request again changes nothing more. A verb
   * of which neither is true refuses the key.
   */
  readonly repeats: 'by-key' | 'harmless' | 'refused';
}

export type Verbs = Readonly<Record<string, Verb>>;
