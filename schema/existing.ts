/** Features, plans and customers are never deleted, so what names one finds it. */
export function existing<Value>(value: Value | null, id: string): Value {
  if (value === null) throw new Error(`${id} is named and is not there`);
  return value;
}
