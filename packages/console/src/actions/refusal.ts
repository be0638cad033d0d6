/** Why something was not done, and at which field of the form it is to be mended. */
import { AskError } from '../api/ask.ts';

export interface Refusal {
  readonly message: string;
  /** What is wrong at a place of the input. */
  readonly issues: readonly { readonly path: readonly string[]; readonly message: string }[];
}

interface Payload {
  readonly __typename: string;
  readonly message?: string;
  readonly issues?: Refusal['issues'];
}

/** What a payload refuses with; undefined where it was done. */
export function refusalIn(payload: Payload | null): Refusal | undefined {
  if (!payload) return { message: 'The server answered nothing.', issues: [] };
  return payload.message === undefined ? undefined : { message: payload.message, issues: payload.issues ?? [] };
}

/** The place that GraphQL names where a value is no value of its type. */
const PLACE = /at "input\.([\w.]+)"; (.*)$/s;

/** What a request that failed as a whole says. */
export function refusalOf(error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof AskError && error.code === 'UNREACHABLE')
    return { message: `${message} It is not known whether it was done. Sent again, it counts once.`, issues: [] };
  const [, path, why] = PLACE.exec(message) ?? [];
  if (path === undefined || why === undefined) return { message, issues: [] };
  return { message: 'Something that was entered cannot be used.', issues: [{ path: path.split('.'), message: why }] };
}
