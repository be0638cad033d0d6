/** Divides the customers into parts that are verified together. */
import { type Ask, NEXT_ACCOUNTS } from './tables/verify.ts';

export interface AccountSize {
  readonly customerId: string;
  readonly entries: number;
}

export interface Part {
  readonly accounts: readonly AccountSize[];
  /** The last of them; null: to the end, with what has no account. */
  readonly until: string | null;
}

/** How much a part has at most, but for one customer at least. */
export interface PartSize {
  readonly customers: number;
  readonly entries: number;
}

/**
 * The customers after this one.
 * @param counts Of how many entries an account counts; of all that it has, unless told.
 */
export async function nextPart(
  ask: Ask,
  after: string,
  most: PartSize,
  counts: (entries: number) => number = (entries) => entries,
): Promise<Part> {
  const found = await ask<AccountSize>(NEXT_ACCOUNTS, [after, most.customers]);
  let sum = 0;
  const end = found.findIndex(({ entries }) => {
    sum += counts(entries);
    return sum >= most.entries;
  });
  const accounts = end === -1 ? found : found.slice(0, end + 1);
  const isLast = accounts.length === found.length && found.length < most.customers;
  return { accounts, until: isLast ? null : (accounts.at(-1)?.customerId ?? null) };
}
