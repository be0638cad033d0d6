/** What an operator can do, as data for one form. */
import type { Ask } from '../api/ask.ts';
import type { Refusal } from './refusal.ts';

export interface FieldSpec {
  /** As the first step of its path in the input of the API, so that a refusal finds it. */
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'decimal' | 'time' | 'choice';
  readonly hint?: string;
  readonly isRequired?: boolean;
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
}

export type Values = Readonly<Record<string, string>>;

export interface Action {
  readonly title: string;
  readonly fields: readonly FieldSpec[];
  readonly initial: Values;
  /** The button that does it: "Grant 50". */
  readonly verb: (values: Values) => string;
  /** What will be done, in a sentence, for the reader to confirm. */
  readonly summary: (values: Values) => string;
  /** Said once it is done. */
  readonly done: (values: Values) => string;
  /**
   * @returns undefined where it was done. @param key is the same each time that this form sends.
   */
  readonly send: (ask: Ask, values: Values, key: string) => Promise<Refusal | undefined>;
  /** The field of a path in the input. Left out: the path's first step. */
  readonly fieldAt?: (path: readonly string[]) => string | undefined;
}

/** Text that was left empty is nothing. */
export function orNull(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text.trim();
}
