/** What a push says of whose balance it is, and which lists of a customer it belongs to. */

export interface PushedBalance {
  readonly id: string;
  readonly customerId: string;
  readonly featureId: string;
  /** All that was selected of it. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The balances that data of a subscription brings; `selectWhole` sees to it that each says whose it is, and of what. */
export function pushedIn(data: unknown): readonly PushedBalance[] {
  if (!isObject(data)) return [];
  return Object.values(data).flatMap((change) => {
    if (!isObject(change) || change['__typename'] !== 'BalanceChange' || !isObject(change['balance'])) return [];
    const fields = change['balance'];
    const { id, customer, feature } = fields;
    const customerId = isObject(customer) && customer['id'];
    const featureId = isObject(feature) && feature['id'];
    const isWhole = typeof id === 'string' && typeof customerId === 'string' && typeof featureId === 'string';
    return isWhole ? [{ id, customerId, featureId, fields }] : [];
  });
}

/** Whether the list `balances` with these arguments has this feature. */
export function wants(args: unknown, featureId: string): boolean {
  const { featureIds } = isObject(args) ? args : {};
  return !Array.isArray(featureIds) || featureIds.includes(featureId);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
