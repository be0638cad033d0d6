import { z } from 'zod';
import { type Database, writing } from '../database/database.ts';
import { gatherById, type Load } from '../database/loader.ts';
import type { Effect } from '../ledger/effect.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Command, EffectCall, Posting } from '../ledger/model/posting.ts';
import type { Clock } from '../values/clock.ts';
import { CustomerNotFoundError, refuseInput } from '../values/errors.ts';
import * as schema from '../values/input.ts';
import { changedMetadata, metadataChanges } from '../values/metadata.ts';
import { MOST_COUNTED, type Page, type PageRequest, readPage } from '../values/page.ts';
import { CustomerBeingErasedError } from './errors.ts';
import { countCustomers, listCustomers } from './list-tables.ts';
import { type CustomerOrder, customerCursors, DEFAULT_ORDER } from './order.ts';
import type { Customer } from './tables.ts';
import * as store from './tables.ts';

export type { Customer } from './tables.ts';

export interface Created {
  readonly customer: Customer;
  readonly created: boolean;
  /** True where it was created, or a missing name or email was filled in. */
  readonly changed: boolean;
}

/**
 * Customers. Owns the table customer. One transaction of the ledger creates the customer, its
 * account and its auto-enabled plans, so none exists without the others.
 */
export interface Customers {
  /**
   * Finds or creates a customer, and fills in a missing name and email. Of concurrent calls one
   * creates it. @throws InvalidInputError, CustomerBeingErasedError.
   */
  create(input: unknown): Promise<Created>;
  /**
   * The command that creates a customer, for a caller that posts another of the customer's right
   * behind it. Of a customer who exists it changes nothing. @throws InvalidInputError.
   */
  creation(input: unknown): Promise<Command>;
  /** Writes the given fields; null clears one. @throws CustomerNotFoundError, InvalidInputError. */
  update(input: unknown): Promise<Customer>;
  readonly find: Load<string, Customer | null>;
  /** Without erased ones. @throws InvalidInputError. */
  list(request: PageRequest & CustomerFilter & { readonly orderBy?: CustomerOrder | null | undefined }): Promise<Page<Customer>>;
  /** How many `list` gives on all pages; null where too many. @throws as `list` does. */
  count(filter: CustomerFilter): Promise<number | null>;
}

export interface CustomerFilter {
  /** Finds text in id, name and email. */
  readonly search?: string | null | undefined;
}

export interface CustomersDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, 'post'>;
  /** True while rows of an erased customer still have this id. */
  readonly isBeingErased: (customerId: string) => Promise<boolean>;
  /**
   * What a new customer gets by itself: the purchases of the auto-enabled plans, and their grants.
   */
  readonly plansForNewCustomer: (customerId: string) => Promise<{ effects: readonly EffectCall[]; postings: readonly Posting[] }>;
  /** Called after a changed name or e-mail address is committed. */
  readonly onChanged: () => void;
}

const CREATE = 'customers.create';

/** Inserts the customer's row in the transaction that opens the account. */
export const createCustomersEffect: Effect<Customer> = {
  name: CREATE,
  async apply(transaction, customers) {
    const created = new Set(await store.insertCustomers(transaction, customers));
    // Two calls of one batch may have the same customer: the first creates it.
    return customers.map(({ id }) => (created.delete(id) ? 'go' : 'done'));
  },
};

const newCustomer = z.object({
  id: schema.id,
  name: schema.text(200).nullish(),
  email: schema.email.nullish(),
  metadata: schema.jsonObject.nullish(),
});

const changes = newCustomer.omit({ id: true }).extend(metadataChanges);

export function openCustomers({
  database,
  clock,
  ledger,
  isBeingErased,
  plansForNewCustomer,
  onChanged,
}: CustomersDeps): Customers {
  const { client, reports } = database;
  const find = gatherById((ids) => store.findCustomers(database.statements, ids));

  async function create(input: unknown): Promise<Created> {
    const { id, name = null, email = null, metadata } = schema.readInput(newCustomer, input);
    let existing = await find(id);
    if (!existing) {
      if (await isBeingErased(id)) throw new CustomerBeingErasedError(id);
      const customer: Customer = { id, name, email, metadata: metadata ?? {}, createdAt: clock.now() };
      const posted = await ledger.post(await commandFor(customer));
      if (posted.applied) return { customer, created: true, changed: true };
      existing = await find(id);
      if (!existing) throw new CustomerNotFoundError(id);
    }
    if ((existing.name ?? name) === existing.name && (existing.email ?? email) === existing.email)
      return { customer: existing, created: false, changed: false };
    const filled = await writing(() => store.fillIn(client, id, name, email));
    onChanged();
    return { customer: filled ?? (await find(id)) ?? existing, created: false, changed: filled !== null };
  }

  async function commandFor(customer: Customer): Promise<Command> {
    const { effects, postings } = await plansForNewCustomer(customer.id);
    const create = { name: CREATE, input: customer };
    return { customerId: customer.id, opensAccount: true, effects: [create, ...effects], postings };
  }

  async function creation(input: unknown): Promise<Command> {
    const { id, name = null, email = null, metadata } = schema.readInput(newCustomer, input);
    return commandFor({ id, name, email, metadata: metadata ?? {}, createdAt: clock.now() });
  }

  async function update(input: unknown): Promise<Customer> {
    const { id } = schema.readInput(z.object({ id: schema.id }), input);
    const { name, email, ...facts } = schema.readInput(changes, input);
    const customer = await writing(() =>
      (facts.mergeMetadata == null ? store.updateCustomer : store.mergeIntoCustomer)(database, id, (before) => ({
        ...(name === undefined ? {} : { name }),
        ...(email === undefined ? {} : { email }),
        metadata: changedMetadata(before, facts),
      })),
    );
    if (customer && (name !== undefined || email !== undefined)) onChanged();
    if (!customer) throw new CustomerNotFoundError(id);
    return customer;
  }

  async function list({ search, orderBy, ...page }: Parameters<Customers['list']>[0]): Promise<Page<Customer>> {
    const order = orderBy ?? DEFAULT_ORDER;
    const wanted = { order, search: readSearch(search) };
    return readPage(page, customerCursors(order), (slice) => listCustomers(reports.of('customers'), { ...wanted, ...slice }));
  }

  return {
    create,
    creation,
    update,
    find,
    list,
    count: async ({ search }) => countCustomers(reports.of('customers'), readSearch(search), MOST_COUNTED),
  };
}

/** null where nothing is searched for. */
function readSearch(search: string | null | undefined): string | null {
  if (search != null && (search.length > 200 || !schema.isStorableText(search)))
    refuseInput(['search'], 'must be at most 200 characters of text', 'TOO_LONG');
  return search || null;
}
