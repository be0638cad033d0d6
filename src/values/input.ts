/** The shapes that inputs are made of. What does not fit is an InvalidInputError that names the path and says what would be right. */
import { z } from 'zod';
import { InvalidInputError } from './errors.ts';
import { INTERVAL_UNITS } from './interval.ts';

export { decimal, money, notNegative, notZero, positive } from './amount-input.ts';

/** @throws InvalidInputError with every issue there is. */
export function readInput<Output>(shape: z.ZodType<Output>, input: unknown): Output {
  const read = shape.safeParse(input);
  if (read.success) return read.data;
  throw new InvalidInputError(read.error.issues.map(({ path, message }) => ({ path: path.map(String), message })));
}

const MAX_ID_CHARACTERS = 200;
const MAX_JSON_BYTES = 16 * 1024;
const ID = new RegExp(`^[^\\s\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}]{1,${MAX_ID_CHARACTERS}}$`, 'u');

/** Postgres stores neither of these, and one of them would fail its whole batch. */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

/** The caller's own id, compared bytewise. */
export const id = z
  .string()
  .regex(ID, `must be 1 to ${MAX_ID_CHARACTERS} visible characters, without spaces or control characters`);

/** Words for people. */
export function text(maxCharacters: number) {
  return z
    .string()
    .refine(isStorableText, 'must not contain NUL characters or broken Unicode')
    .refine((value) => value.trim() !== '', 'must not be empty')
    .refine((value) => value.length <= maxCharacters, `must have at most ${maxCharacters} characters`);
}

/** Looser than payment providers are: what they refuse is left out there, and is the app's to keep here. */
export const email = text(320).refine(
  (value) => !isStorableText(value) || /^[^\s@]+@[^\s@]+$/.test(value),
  'must be an email address',
);

export const interval = z.object({
  unit: z.enum(INTERVAL_UNITS),
  count: z
    .number()
    .int()
    .refine((count) => count >= 1 && count <= 1_000, 'must be 1 to 1000')
    .default(1),
});

/** Deeper than any app's facts, and far from where JSON.stringify or Postgres run out of stack. */
const MAX_JSON_LEVELS = 100;

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part));
}

/** The app's own facts. */
export const jsonObject = z.custom<Record<string, never>>().superRefine((value, context) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    context.addIssue({ code: 'custom', message: 'must be a JSON object' });
    return;
  }
  if (isDeeperThan(MAX_JSON_LEVELS, value)) {
    context.addIssue({ code: 'custom', message: `must be nested at most ${MAX_JSON_LEVELS} levels deep` });
    return;
  }
  // What cannot be kept is refused, not changed: JSON.stringify would write null for 1e400, and a double drops digits.
  let isExact = true;
  const json = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'number' && (!Number.isFinite(part) || Math.abs(part) > Number.MAX_SAFE_INTEGER)) isExact = false;
    return part;
  });
  if (!isExact)
    context.addIssue({ code: 'custom', message: 'must not contain numbers beyond 9007199254740991: send them as text' });
  if (Buffer.byteLength(json) > MAX_JSON_BYTES) context.addIssue({ code: 'custom', message: 'must be at most 16 KiB of JSON' });
  // JSON.stringify writes lone surrogates and NUL as escapes, and nothing else that looks like them.
  if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(json)) {
    context.addIssue({ code: 'custom', message: 'must not contain NUL characters or broken Unicode' });
  }
});

/** An instant, as the scalar read it; a time zone may have moved it out of the years that Postgres and RFC 3339 can write. */
export const instant = z
  .date()
  .refine((value) => value.getUTCFullYear() >= 1 && value.getUTCFullYear() <= 9_999, 'must be in the years 0001 to 9999, in UTC');

function hasUserInfo({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}

/** Programs differ in what they make of a backslash, and of an address without its slashes: what one of them judges is what all see. */
const WEB_ADDRESS = /^https?:\/\//i;

/** Where a browser is sent: as the caller wrote it if a header can carry that, else percent-encoded. */
export const url = z
  .string()
  .refine(isStorableText, 'must not contain NUL characters or broken Unicode')
  .refine((value) => !value.includes('\\'), { message: 'must be an http or https URL without a backslash', abort: true })
  .refine((value) => URL.canParse(value) && WEB_ADDRESS.test(value), {
    message: 'must be an http or https URL',
    abort: true,
  })
  .refine((value) => !hasUserInfo(new URL(value)), { message: 'must be without a user name and a password', abort: true })
  .transform((value) => (/^[\x21-\x7e]*$/.test(value) ? value : new URL(value).href))
  .refine((value) => value.length <= 2_000, 'must have at most 2000 characters');

export const idempotencyKey = z
  .string()
  .refine(
    (key) => key.length >= 1 && key.length <= 200 && /^[^\p{Cc}\p{Cs}]+$/u.test(key),
    'must be 1 to 200 printable characters',
  );
