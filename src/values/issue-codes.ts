/** Why a value of an input is refused, in few words that an app can translate. */
import type { z } from 'zod';

export const INPUT_ISSUE_CODES = [
  'REQUIRED',
  'NOT_ALLOWED',
  'INVALID_FORMAT',
  'TOO_SMALL',
  'TOO_LARGE',
  'TOO_LONG',
  'DUPLICATE',
  'UNKNOWN',
  'INVALID',
] as const;
export type InputIssueCode = (typeof INPUT_ISSUE_CODES)[number];

/** What a check says of a value that it refuses: `.refine(isShort, says('TOO_LONG', …))`. */
export function says<Code extends InputIssueCode>(code: Code, message: string) {
  return { message, params: { code } };
}

/** Refuses numbers outside of a range: `.superRefine(between(1, 100))`. */
export function between(least: number, most: number, message = `must be ${least} to ${most}`) {
  return (value: number, context: z.RefinementCtx): void => {
    const isWithin = value >= least && value <= most;
    if (!isWithin) context.addIssue({ code: 'custom', ...says(value < least ? 'TOO_SMALL' : 'TOO_LARGE', message) });
  };
}

/**
 * The code of an issue that a schema found: the check's own, or the one that zod's amounts to. What
 * is missing is known only where the schema was told to report its input.
 */
export function codeOfIssue(issue: z.core.$ZodIssue): InputIssueCode {
  switch (issue.code) {
    case 'custom':
      return INPUT_ISSUE_CODES.find((code) => code === issue.params?.['code']) ?? 'INVALID';
    case 'invalid_type':
      return issue.input == null ? 'REQUIRED' : 'INVALID_FORMAT';
    case 'invalid_format':
      return 'INVALID_FORMAT';
    case 'too_small':
    case 'not_multiple_of':
      return 'TOO_SMALL';
    case 'too_big':
      return issue.origin === 'string' ? 'TOO_LONG' : 'TOO_LARGE';
    case 'unrecognized_keys':
      return 'NOT_ALLOWED';
    default:
      return 'INVALID';
  }
}
