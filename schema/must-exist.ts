/** Features, plans and customers are never deleted, so a reference to one always finds it. */
export function mustExist<Value>(value: Value | null, id: string): Value {
  if (value === null) throw new Error(`${id} is named and is not there`);
  return value;
}
