import { z } from 'zod';
import type { Created } from '../customers/customers.ts';
import { InvalidInputError } from '../values/errors.ts';
import { readInput } from '../values/input.ts';
import { accepting, facts, text } from './wire/fields.ts';

const input = z.object({
  customer_id: text,
  customer_data: accepting({ name: z.string().nullish(), email: z.string().nullish(), metadata: facts }).nullish(),
});

/**
 * Creates the customer of a request that carries `customer_data`, unless it exists, and fills in a
 * missing name and email. So an app need not create a customer before its first request about it.
 * @returns the body without `customer_data`.
 * @throws InvalidInputError.
 */
export async function ensureCustomer(
  create: (input: { readonly id: string }) => Promise<Created>,
  body: unknown,
): Promise<unknown> {
  if (typeof body !== 'object' || body === null || !('customer_data' in body)) return body;
  const { customer_data: _, ...rest } = body;
  const { customer_id: id, customer_data: facts } = readInput(input, body);
  if (facts) await create({ id, ...facts }).catch(refusedWithin);
  return rest;
}

function refusedWithin(refusal: unknown): never {
  if (!(refusal instanceof InvalidInputError)) throw refusal;
  const placeOf = ([field = '', ...deeper]: readonly string[]) =>
    field === 'id' ? ['customer_id'] : ['customer_data', field, ...deeper];
  throw new InvalidInputError(refusal.issues.map((issue) => ({ ...issue, path: placeOf(issue.path) })));
}
