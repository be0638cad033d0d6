/** The problems that an input schema finds in a value. */
import type { z } from 'zod';
import { type InputIssue, InvalidInputError } from '../../src/values/errors.ts';
import { readInput } from '../../src/values/input.ts';

/** The issues; none where the schema accepts the value. */
export function issuesOf(schema: z.ZodType, value: unknown): readonly InputIssue[] {
  try {
    readInput(schema, value);
    return [];
  } catch (error) {
    if (error instanceof InvalidInputError) return error.issues;
    throw error;
  }
}

/** The messages without their paths. */
export function problemsOf(schema: z.ZodType, value: unknown): readonly string[] {
  return issuesOf(schema, value).map(({ message }) => message);
}
