import type { Actor } from '../../access/actor.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Customers } from '../../customers/customers.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Purchases } from '../../purchases/purchases.ts';
import type { Clock } from '../../values/clock.ts';
import type { Ids } from '../../values/ids.ts';
import type { NeededScopes } from '../../values/key-scope.ts';

/** What the verbs of this wire call. */
export interface AutumnDeps {
  readonly catalog: Catalog;
  readonly customers: Customers;
  readonly ledger: Ledger;
  readonly purchases: Purchases;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Whether payments are real: this wire calls it the environment. */
  readonly environment: 'sandbox' | 'live';
}

export interface Call {
  readonly actor: Actor;
  /** The JSON that was sent; its numbers are NumberTexts. */
  readonly body: unknown;
  /** The header idempotency-key. */
  readonly idempotencyKey: string | undefined;
  /** Who asks, for the entries of the ledger. */
  readonly madeBy: string;
  /**
   * A request about a customer without its `customer_data`, of which the customer is created unless
   * there is one. The audit log has it under the verb that creates customers.
   * @throws InvalidInputError.
   */
  readonly withoutCustomerData: (request: unknown) => Promise<unknown>;
  /** For a verb with `audit: 'after'`: says that it changed nothing. */
  readonly unchanged: () => void;
}

/** One verb of the API, such as `balances.check`. */
export interface Verb {
  run(call: Call): Promise<object>;
  /** What a secret key needs for it, as in schema/key-scopes.ts. */
  readonly scopes: NeededScopes;
  /** The wire's names of the domain's fields, where they are not the same in snake case. */
  readonly names?: Readonly<Record<string, string>>;
  /** The HTTP status of an answer. Left out: 200. */
  readonly status?: number;
  /**
   * What a repeated request does. `by-key`: with the same idempotency key it returns the first
   * answer. `harmless`: it changes nothing more, with or without a key. `refused`: the verb refuses
   * an idempotency key, because neither is true of it.
   */
  readonly repeats: 'by-key' | 'harmless' | 'refused';
  /**
   * How the audit log has it, as in schema/audited-mutations.ts. `ledger`: the entry of the use
   * says who made it. `after`: the verb usually changes nothing. Left out: it changes nothing.
   */
  readonly audit?: 'before' | 'after' | 'ledger';
}

export type Verbs = Readonly<Record<string, Verb>>;
