/** Fields of a file that no schema reads: a name that is misspelt, and would be passed over. */
import { z } from 'zod';
import type { InputIssue } from '../values/errors.ts';

/** What a schema reads, as JSON Schema has it. */
type Shape = z.core.JSONSchema.BaseSchema;

/**
 * An issue for each field of `input`, at any depth, that `schema` does not have. It names the field
 * that was probably meant.
 */
export function unknownFields(schema: z.ZodType, input: unknown): readonly InputIssue[] {
  return unknownIn(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), input, []);
}

function unknownIn(shape: Shape, value: unknown, path: readonly string[]): readonly InputIssue[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    const items = branchesOf(shape).find((each) => each.items)?.items;
    return isShape(items) ? value.flatMap((each, index) => unknownIn(items, each, [...path, String(index)])) : [];
  }
  const fields = branchesOf(shape).find((each) => each.properties)?.properties;
  if (!fields) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) return [{ path: [...path, name], message: unknown(name, Object.keys(fields)) }];
    return isShape(field) ? unknownIn(field, part, [...path, name]) : [];
  });
}

/** A field that may be null is one of two. */
const branchesOf = (shape: Shape): readonly Shape[] => [shape, ...(shape.anyOf ?? []).filter(isShape)];
const isShape = (value: unknown): value is Shape => typeof value === 'object' && value !== null && !Array.isArray(value);

function unknown(name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((each) => ({ each, distance: distanceOf(name.toLowerCase(), each.toLowerCase()) }))
    .filter(({ each, distance }) => distance <= Math.max(2, each.length / 3))
    .toSorted((one, other) => one.distance - other.distance);
  return `is no field here${nearest ? `: did you mean ${nearest.each}?` : ''}`;
}

const MAX_NAME = 50;

/** How many characters must be changed, added or left out. */
function distanceOf(one: string, other: string): number {
  if (one.length > MAX_NAME) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 0; at < other.length; at += 1) {
      const changed = (row[at] ?? 0) + Number(character !== other[at]);
      next.push(Math.min(changed, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
