/**
 * What an operation changed, found from its answer or its error. Only ids of Brim's own, and those
 * of features and plans, are taken: never a name, a text or a secret.
 */
import { AnswerIncompleteError, DomainError, OutcomeUnknownError, UnfinishedError } from '../values/errors.ts';
import type { AuditedEnd, AuditIds } from './model.ts';

const NOTHING: AuditedEnd = { changed: 'nothing' };

/**
 * Of an answer. A replay changed nothing, and neither did what says so itself.
 * @param value What a resolver or a verb returned.
 */
export function endOf(value: unknown): AuditedEnd {
  if (!isObject(value) || value['replayed'] === true || value['changed'] === false) return NOTHING;
  const ids: Record<string, string> = {};
  for (const [name, part] of Object.entries(value)) Object.assign(ids, idsOf(name, part));
  return { changed: 'something', customerId: customerIdOf(value), ids };
}

/**
 * Of an error that was thrown. One that nobody expected says nothing about what was done before it.
 */
export function endOfError(error: unknown): AuditedEnd {
  if (!(error instanceof DomainError) || error instanceof OutcomeUnknownError) return { changed: 'unknown' };
  if (error instanceof AnswerIncompleteError || error instanceof UnfinishedError) {
    const { entryId, purchaseId } = error.facts;
    const sequence = entryId?.slice(entryId.lastIndexOf(':') + 1);
    return {
      changed: 'something',
      customerId: null,
      ids: { ...(sequence ? { entrySequence: sequence } : {}), ...(purchaseId ? { purchaseId } : {}) },
    };
  }
  return endOfRefusal(error);
}

/** A declined charge has a purchase, which was made all the same. All others did nothing. */
export function endOfRefusal(error: { readonly code?: unknown }): AuditedEnd {
  const purchase: unknown = error.code === 'PAYMENT_FAILED' ? Reflect.get(error, 'purchase') : undefined;
  return isObject(purchase) ? endOf({ purchase }) : NOTHING;
}

/** The customer, and what is only read for the answer, are no ids of what was changed. */
function idsOf(name: string, part: unknown): AuditIds {
  if (typeof part === 'string') return name.endsWith('Id') && name !== 'customerId' ? { [name]: part } : {};
  if (!isObject(part) || name === 'customer') return {};
  if (typeof part['sequence'] === 'bigint' && typeof part['kind'] === 'string')
    return { entrySequence: String(part['sequence']) };
  return typeof part['id'] === 'string' ? { [`${name}Id`]: part['id'] } : {};
}

function customerIdOf(value: Readonly<Record<string, unknown>>): string | null {
  const { customer } = value;
  if (isObject(customer) && typeof customer['id'] === 'string') return customer['id'];
  const ids = [value, ...Object.values(value)].map((part) => (isObject(part) ? part['customerId'] : undefined));
  return ids.find((id) => typeof id === 'string') ?? null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
