/** Facts that an app keeps with what is Brim's: it replaces all of them, or some by their keys. */
import { refuseInput } from './errors.ts';
import * as schemas from './input.ts';
import type { JsonObject } from './json.ts';

/** The fields of an input that changes metadata. */
export const metadataChanges = {
  metadata: schemas.jsonObject.nullish(),
  mergeMetadata: schemas.jsonObject.nullish(),
};

export interface MetadataChanges {
  /** All of them; null clears them. */
  readonly metadata?: JsonObject | null | undefined;
  /** The keys that change; null removes one. */
  readonly mergeMetadata?: JsonObject | null | undefined;
}

/**
 * The facts after a change; undefined where the input changes none of them.
 * @throws InvalidInputError where they are too long together, or both ways are asked for.
 */
export function changedMetadata(before: JsonObject, { metadata, mergeMetadata }: MetadataChanges): JsonObject | undefined {
  if (mergeMetadata == null) return metadata === undefined ? undefined : (metadata ?? {});
  if (metadata !== undefined) refuseInput(['mergeMetadata'], 'must be left out where metadata is given', 'NOT_ALLOWED');
  const merged = Object.entries({ ...before, ...mergeMetadata }).filter(([, value]) => value !== null);
  const read = schemas.jsonObject.safeParse(Object.fromEntries(merged));
  return read.success
    ? read.data
    : refuseInput(['mergeMetadata'], read.error.issues[0]?.message ?? 'must be a JSON object', 'TOO_LONG');
}
