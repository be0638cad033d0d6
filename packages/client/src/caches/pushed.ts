/** A pushed balance: whose it is, and which lists of its customer contain it. */

export interface PushedBalance {
  readonly id: string;
  readonly customerId: string;
  readonly featureId: string;
  /** All its selected fields. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The balances in a subscription's data. `selectWhole` added their customer and feature. */
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

/** Whether the list `balances` with these arguments contains this feature. */
export function wants(args: unknown, featureId: string): boolean {
  const { featureIds } = isObject(args) ? args : {};
  return !Array.isArray(featureIds) || featureIds.includes(featureId);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
