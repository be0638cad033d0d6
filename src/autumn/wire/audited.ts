/** What the audit log says of a call of this wire. */
import type { AuditedEnd } from '../../audit/model.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The ids that a request may have, by their names in Brim's API. */
const IDS: Readonly<Record<string, string>> = {
  plan_id: 'planId',
  feature_id: 'featureId',
  subscription_id: 'purchaseId',
};

/** Of a call that was answered. The request names what it changed. */
export function endOfCall(body: unknown, isChanged: boolean): AuditedEnd {
  if (!isChanged) return { changed: 'nothing' };
  const named = Object.entries(IDS).flatMap(([name, id]) => {
    const value = fieldsOf(body)[name];
    return typeof value === 'string' ? [[id, value] as const] : [];
  });
  return { changed: 'something', customerId: null, ids: Object.fromEntries(named) };
}

export function customerIdIn(body: unknown): unknown {
  return fieldsOf(body)['customer_id'];
}

function fieldsOf(body: unknown): Fields {
  return typeof body === 'object' && body !== null ? (body as Fields) : {};
}
