/**
 * The schemas of which requests on this wire are made. Brim refuses every field that it does not
 * read, instead of ignoring it.
 */
import { z } from 'zod';
import { NumberText } from '../../values/number-text.ts';
import { withPlainNumbers } from './exact-json.ts';

export const NOT_SUPPORTED = 'is not supported by Brim';

const NO_OBJECT = 'must be a JSON object';

/**
 * An object with these fields. Any other field that is not empty is refused by its name, before the
 * values are read.
 */
export function accepting<Fields extends z.ZodRawShape>(fields: Fields) {
  const known = z.unknown().superRefine((value, context) => {
    if (value instanceof NumberText) context.addIssue({ code: 'custom', message: NO_OBJECT });
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof NumberText) return;
    for (const [key, part] of Object.entries(value)) {
      if (Object.hasOwn(fields, key) || isEmpty(part)) continue;
      context.addIssue({ code: 'custom', path: [key], message: NOT_SUPPORTED });
    }
  });
  return known.pipe(z.object(fields, NO_OBJECT));
}

/** Clients always send some fields, with an empty value. */
function isEmpty(part: unknown): boolean {
  if (part instanceof NumberText) return false;
  if (typeof part === 'object' && part !== null) return Object.keys(part).length === 0;
  return part == null || part === false || part === '';
}

/** The domain checks the text by its own rules. */
export const text = z.string('must be a string');
export const flag = z.boolean('must be true or false');
export const optionalText = text.nullish().transform((value) => value ?? undefined);

/** Metadata or properties, as plain JSON. */
export const facts = z.unknown().transform(withPlainNumbers).optional();

/** An amount as it was written. The domain rounds it, as it does for GraphQL. */
export const amount = z.instanceof(NumberText, { message: 'must be a number' });

export const optionalAmount = amount.nullish().transform((value) => value ?? undefined);

export const whole = z
  .instanceof(NumberText, { message: 'must be a number' })
  .transform(({ text: digits }) => Number(digits))
  .refine(Number.isSafeInteger, 'must be a whole number');

export const optionalWhole = whole.nullish().transform((value) => value ?? undefined);

/** Milliseconds since 1970. */
export const instant = whole
  .transform((milliseconds) => new Date(milliseconds))
  .refine((value) => !Number.isNaN(value.getTime()), 'must be an instant in milliseconds');

export const optionalInstant = instant.nullish().transform((value) => value ?? undefined);
