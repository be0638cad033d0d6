/**
 * JSON has no NaN and no Infinity, and writes null for them: what was meant as an amount would be
 * taken for none given.
 */
import type { PlaceHoldMutation } from '../documents/generated/graphql.ts';

/** Brim's refusal of an input, with the place of each fault. */
export type InvalidInput = Extract<PlaceHoldMutation['placeHold'], { readonly __typename: 'InvalidInputError' }>;

/**
 * The refusal of an input that has such a number anywhere, as Brim would give it; undefined where
 * it has none.
 */
export function refuseNotFinite(input: object): InvalidInput | undefined {
  const path = pathOfNotFinite(input, []);
  if (!path) return undefined;
  const message = 'must be a finite number: JSON has no NaN and no Infinity';
  return {
    __typename: 'InvalidInputError',
    message: `${path.join('.')}: ${message}`,
    issues: [{ path, code: 'INVALID_FORMAT', message }],
  };
}

function pathOfNotFinite(value: unknown, path: readonly string[]): readonly string[] | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, part] of Object.entries(value)) {
    const found = pathOfNotFinite(part, [...path, key]);
    if (found) return found;
  }
  return undefined;
}
