import type { Customers } from '../customers/customers.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** A customer who is there, or is being created. */
export interface Creation {
  /** Rejects if the customer cannot be created. */
  readonly posted: Promise<unknown>;
}

/** Creates the customers of one import who do not exist, each once. */
export interface Creations {
  /**
   * Resolves when the customer exists, or once the command that creates it is posted. What is
   * posted in the same turn comes right behind it, in the same transaction.
   */
  take(customer: NamedCustomer): Promise<Creation>;
}

export interface NamedCustomer {
  readonly id: string;
  readonly name?: string | null | undefined;
  readonly email?: string | null | undefined;
}

export function openCreations({
  customers,
  ledger,
}: {
  readonly customers: Pick<Customers, 'create' | 'creation' | 'find'>;
  readonly ledger: Pick<Ledger, 'post'>;
}): Creations {
  const begun = new Map<string, Promise<Creation>>();

  async function begin(customer: NamedCustomer): Promise<Creation> {
    if (!(await customers.find(customer.id))) return { posted: ledger.post(await customers.creation(customer)) };
    // Fills in what an existing customer lacks.
    if (customer.name || customer.email) await customers.create(customer);
    return { posted: Promise.resolve() };
  }

  return {
    take(customer) {
      const creation = begun.get(customer.id) ?? begin(customer);
      begun.set(customer.id, creation);
      return creation;
    },
  };
}
