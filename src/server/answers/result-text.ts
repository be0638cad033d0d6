/**
 * Serialises results. Subscribers that share an execution share its data, which becomes text once.
 */
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';

/** A result whose errors are as clients see them. */
export interface ShownResult {
  readonly data?: ExecutionResult['data'] | undefined;
  readonly extensions?: ExecutionResult['extensions'] | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

/** By the object of the data, so a text is freed with it. */
const texts = new WeakMap<object, string>();

/** The JSON of the data. */
export function textOfData(data: object): string {
  const known = texts.get(data);
  if (known !== undefined) return known;
  const text = JSON.stringify(data);
  texts.set(data, text);
  return text;
}

/** The JSON of the result. */
export function textOfResult({ errors, data, extensions }: ShownResult): string {
  const parts: string[] = [];
  if (errors) parts.push(`"errors":${JSON.stringify(errors)}`);
  if (data !== undefined) parts.push(`"data":${data === null ? 'null' : textOfData(data)}`);
  if (extensions) parts.push(`"extensions":${JSON.stringify(extensions)}`);
  return `{${parts.join()}}`;
}
