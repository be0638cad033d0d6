/** The shapes that requests of this wire are made of. What Brim does not read, it refuses: nothing is accepted and then ignored. */
import { z } from 'zod';
import { NumberText } from '../../values/number-text.ts';
import { withPlainNumbers } from './exact-json.ts';

export const NOT_SUPPORTED = 'is not supported by Brim';

const NO_OBJECT = 'must be a JSON object';

/** An object with these fields; whatever else says something is refused by its name, before the rest is looked at. */
export function accepting<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = z.unknown().superRefine((value, context) => {
    if (value instanceof NumberText) context.addIssue({ code: 'custom', message: NO_OBJECT });
    if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof NumberText) return;
    for (const [key, part] of Object.entries(value)) {
      if (Object.hasOwn(shape, key) || saysNothing(part)) continue;
      context.addIssue({ code: 'custom', path: [key], message: NOT_SUPPORTED });
    }
  });
  return known.pipe(z.object(shape, NO_OBJECT));
}

/** Clients send some fields always, empty. */
function saysNothing(part: unknown): boolean {
  if (part instanceof NumberText) return false;
  if (typeof part === 'object' && part !== null) return Object.keys(part).length === 0;
  return part == null || part === false || part === '';
}

/** The domain reads it, with its own rules. */
export const text = z.string('must be a string');
export const flag = z.boolean('must be true or false');
export const optionalText = text.nullish().transform((value) => value ?? undefined);

/** The app's own facts, in plain JSON. */
export const facts = z.unknown().transform(withPlainNumbers).optional();

/** An amount as it was written: the domain reads it, by the rule for numbers of every door. */
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
