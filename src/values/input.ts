/**
 * The schemas of inputs. An invalid input is an InvalidInputError, which names the path and says
 * what would be right.
 */
import { z } from 'zod';
import { InvalidInputError } from './errors.ts';
import { INTERVAL_UNITS, nominalDays } from './interval.ts';
import { between, codeOfIssue, type InputIssueCode, says } from './issue-codes.ts';
import { isTimeZone } from './time-zone.ts';

export { decimal, money, notNegative, notZero, positive } from './amount-input.ts';

/** @throws InvalidInputError with every issue. */
export function readInput<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const read = schema.safeParse(input, { reportInput: true });
  if (read.success) return read.data;
  throw new InvalidInputError(
    read.error.issues.map((issue) => ({ path: issue.path.map(String), message: issue.message, code: codeOfIssue(issue) })),
  );
}

const MAX_ID_CHARACTERS = 200;
const MAX_JSON_BYTES = 16 * 1024;
const ID = new RegExp(`^[^\\s\\p{Z}\\p{Cc}\\p{Cf}\\p{Cs}]{1,${MAX_ID_CHARACTERS}}$`, 'u');

/**
 * False for NUL characters and lone surrogates. Postgres cannot store them, and one would fail its
 * whole batch.
 */
export function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\u0000');
}

/** The caller's own id, compared bytewise. */
export const id = z
  .string()
  .regex(ID, `must be 1 to ${MAX_ID_CHARACTERS} visible characters, without spaces or control characters`);

/** Text for people. */
export function text(maxCharacters: number) {
  return z
    .string()
    .refine(isStorableText, says('INVALID_FORMAT', 'must not contain NUL characters or broken Unicode'))
    .refine((value) => value.trim() !== '', says('REQUIRED', 'must not be empty'))
    .refine((value) => value.length <= maxCharacters, says('TOO_LONG', `must have at most ${maxCharacters} characters`));
}

/**
 * Looser than payment providers: the adapter leaves out an address that the provider would refuse,
 * and Brim keeps it.
 */
export const email = text(320).refine(
  (value) => !isStorableText(value) || /^[^\s@]+@[^\s@]+$/.test(value),
  says('INVALID_FORMAT', 'must be an email address'),
);

export const interval = z.object({
  unit: z.enum(INTERVAL_UNITS),
  count: z.number().int().superRefine(between(1, 1_000)).default(1),
});

const LONGEST_WINDOW_DAYS = 366;

/** The length of windows of the calendar. */
export const windowLength = interval.refine(
  (per) => nominalDays(per) <= LONGEST_WINDOW_DAYS,
  says('TOO_LARGE', 'must be at most a year'),
);

/** The IANA name of a time zone. */
export const timeZone = z
  .string()
  .refine(isTimeZone, says('INVALID_FORMAT', 'must be the IANA name of a time zone, such as "Europe/Berlin"'));

/**
 * Deeper than any app needs, and far below the depth at which JSON.stringify or Postgres exceed
 * their stacks.
 */
const MAX_JSON_LEVELS = 100;

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(levels - 1, part));
}

/** The app's own facts. */
export const jsonObject = z.custom<Record<string, never>>().superRefine((value, context) => {
  const refuse = (code: InputIssueCode, message: string) => context.addIssue({ code: 'custom', ...says(code, message) });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    refuse('INVALID_FORMAT', 'must be a JSON object');
    return;
  }
  if (isDeeperThan(MAX_JSON_LEVELS, value)) {
    refuse('TOO_LARGE', `must be nested at most ${MAX_JSON_LEVELS} levels deep`);
    return;
  }
  // Refuses values that cannot be kept exactly: JSON.stringify would write null for 1e400, and a
  // double loses digits.
  let isExact = true;
  const json = JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'number' && (!Number.isFinite(part) || Math.abs(part) > Number.MAX_SAFE_INTEGER)) isExact = false;
    return part;
  });
  if (!isExact) refuse('TOO_LARGE', 'must not contain numbers beyond 9007199254740991: send them as text');
  if (Buffer.byteLength(json) > MAX_JSON_BYTES) refuse('TOO_LONG', 'must be at most 16 KiB of JSON');
  // JSON.stringify writes lone surrogates and NUL as these escapes, and nothing else.
  if (/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(json)) {
    refuse('INVALID_FORMAT', 'must not contain NUL characters or broken Unicode');
  }
});

/**
 * An instant from the scalar. A time zone may have moved it out of the years that Postgres and RFC
 * 3339 can write.
 */
export const instant = z
  .date()
  .refine(
    (value) => value.getUTCFullYear() >= 1 && value.getUTCFullYear() <= 9_999,
    says('INVALID_FORMAT', 'must be in the years 0001 to 9999, in UTC'),
  );

function hasUserInfo({ username, password }: URL): boolean {
  return username !== '' || password !== '';
}

/**
 * Programs disagree about backslashes and about addresses without their slashes. Such URLs are
 * refused, so that every program reads the same address.
 */
const WEB_ADDRESS = /^https?:\/\//i;

/** A URL for a browser: unchanged where a header can carry it, otherwise percent-encoded. */
export const url = z
  .string()
  .refine(isStorableText, says('INVALID_FORMAT', 'must not contain NUL characters or broken Unicode'))
  .refine((value) => !value.includes('\\'), {
    ...says('INVALID_FORMAT', 'must be an http or https URL without a backslash'),
    abort: true,
  })
  .refine((value) => URL.canParse(value) && WEB_ADDRESS.test(value), {
    ...says('INVALID_FORMAT', 'must be an http or https URL'),
    abort: true,
  })
  .refine((value) => !hasUserInfo(new URL(value)), {
    ...says('NOT_ALLOWED', 'must be without a user name and a password'),
    abort: true,
  })
  .transform((value) => (/^[\x21-\x7e]*$/.test(value) ? value : new URL(value).href))
  .refine((value) => value.length <= 2_000, says('TOO_LONG', 'must have at most 2000 characters'));

export const idempotencyKey = z
  .string()
  .refine(
    (key) => key.length >= 1 && key.length <= 200 && /^[^\p{Cc}\p{Cs}]+$/u.test(key),
    says('INVALID_FORMAT', 'must be 1 to 200 printable characters'),
  );
