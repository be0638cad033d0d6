/** Puts objects in the place of their ids, where a call asks for that with `expand`. */
import type { Kind } from '../store/kinds.ts';
import type { Records } from '../store/records.ts';
import { listObjects } from './object-list.ts';

/** The fields that hold an id, and the kind of object that it names. */
const REFERENCES: Readonly<Record<string, Kind>> = {
  charge: 'charge',
  customer: 'customer',
  default_payment_method: 'payment_method',
  invoice: 'invoice',
  latest_charge: 'charge',
  latest_invoice: 'invoice',
  payment_intent: 'payment_intent',
  payment_method: 'payment_method',
  setup_intent: 'setup_intent',
  subscription: 'subscription',
};

/** @param paths such as `payment_intent.latest_charge`, or `data.charge` in a list. */
export async function expanded<Answer>(records: Records, answer: Answer, paths: readonly string[]): Promise<Answer> {
  let result = answer;
  // A path comes after the paths that it begins with.
  for (const path of [...paths].sort()) result = (await expandOne(records, result, path.split('.'))) as Answer;
  return result;
}

async function expandOne(records: Records, value: unknown, [field, ...rest]: readonly string[]): Promise<unknown> {
  if (field === undefined || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map((each) => expandOne(records, each, [field, ...rest])));
  const present: unknown = Reflect.get(value, field) ?? (await listWithin(records, value, field));
  const kind = REFERENCES[field];
  const object = typeof present === 'string' && kind !== undefined ? await records.find(kind, present) : present;
  return object === undefined ? value : { ...value, [field]: await expandOne(records, object, rest) };
}

/** A list that an object has only where a call asks for it: the payments of an invoice. */
async function listWithin(records: Records, value: object, field: string): Promise<unknown> {
  const { object, id } = { object: undefined, id: undefined, ...value };
  if (field !== 'payments' || object !== 'invoice') return undefined;
  return listObjects(records, 'invoice_payment', { where: { invoice: id }, limit: 100 }, '/v1/invoice_payments');
}
