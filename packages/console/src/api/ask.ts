/** Sends an operation to the API, over HTTP and with a secret key. */
import type { DocumentText } from '../documents/document-text.ts';

/** Why the API did not answer, or refused, in its own words. */
export class AskError extends Error {
  /** A code of the API, or UNREACHABLE. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

export type Ask = <Data, Variables>(text: DocumentText<Data, Variables>, variables: Variables) => Promise<Data>;

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** @returns a function that throws AskError. */
export function askWith(key: string): Ask {
  return async <Data>(query: string, variables: unknown) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
    }).catch(() => {
      throw new AskError('The server cannot be reached.', 'UNREACHABLE');
    });
    const { data, errors }: Answer<Data> = await response.json().catch(() => ({}));
    const [error] = errors ?? [];
    if (error) throw new AskError(error.message, error.extensions?.code ?? 'UNKNOWN');
    if (!data) throw new AskError(`The server answered ${response.status}.`, 'UNKNOWN');
    return data;
  };
}
