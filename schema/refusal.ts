import { typeBrandKey } from '@pothos/core';

/**
 * True for an error, also for the proxy in which the errors plugin wraps it to name its type. Of
 * that the class cannot be asked, and its properties can.
 */
export function isRefusal(value: unknown): value is { readonly code?: unknown } {
  if (value instanceof Error) return true;
  const isWrapped = typeof value === 'object' && value !== null;
  const brand: unknown = isWrapped ? Reflect.get(value, typeBrandKey) : undefined;
  return typeof brand === 'function' && brand.prototype instanceof Error;
}
