/** The shapes that requests of this wire are made of. What Brim does not read, it refuses: nothing is accepted and then ignored. */
import { z } from 'zod';
import { PLACES } from '../decimal.ts';
import { NumberText, toNumeral, withPlainNumbers } from './exact-json.ts';

export const NOT_SUPPORTED = 'is not supported by Brim';

/** An object with these fields; whatever else says something is refused by its name, before the rest is looked at. */
export function accepting<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = z.unknown().superRefine((value, context) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, part] of Object.entries(value)) {
      if (Object.hasOwn(shape, key) || saysNothing(part)) continue;
      context.addIssue({ code: 'custom', path: [key], message: NOT_SUPPORTED });
    }
  });
  return known.pipe(z.object(shape, 'must be a JSON object'));
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

/** A double holds 15 significant digits for sure; what is printed with more may be what arithmetic made of another number. */
const SURE_DIGITS = 15;

/**
 * An amount as the text that the domain reads exactly. 0.1 + 0.2 is sent as 0.30000000000000004: such a number, of more digits than a
 * double is sure of, is rounded where it is finer than any amount of ours.
 */
export const amount = z.instanceof(NumberText, { message: 'must be a number' }).transform((value, context) => {
  const numeral = toNumeral(value);
  if (numeral !== undefined) return isSure(numeral) ? numeral : rounded(numeral);
  context.addIssue({ code: 'custom', message: 'must be a number such as 10 or 0.25' });
  return z.NEVER;
});

export const optionalAmount = amount.nullish().transform((value) => value ?? undefined);

function isSure(numeral: string): boolean {
  const digits = numeral.replace(/[-.]/g, '').replace(/^0+/, '');
  return digits.length <= SURE_DIGITS || (numeral.split('.')[1] ?? '').length <= PLACES;
}

/** To the nearest at the last place, half away from zero. */
function rounded(numeral: string): string {
  const [integer = '', places = ''] = numeral.replace('-', '').split('.');
  const kept = BigInt(integer + places.slice(0, PLACES)) + ((places[PLACES] ?? '0') >= '5' ? 1n : 0n);
  const digits = kept.toString().padStart(PLACES + 1, '0');
  return `${numeral.startsWith('-') ? '-' : ''}${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`;
}

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
