/** The real package `autumn-js`, as the client of a Brim, and its requests without it. */
import { Autumn } from 'autumn-js';
import { TEST_KEY, type TestBrim } from './brim.ts';
import { PATIENCE_MS } from './deadlines.ts';

/** `failOpen: false`, as docs/from-autumn-js.md advises: what fails is seen to fail. */
export function autumnOf({ url }: Pick<TestBrim, 'url'>, secretKey = TEST_KEY): Autumn {
  return new Autumn({ secretKey, serverURL: url, failOpen: false, timeoutMs: PATIENCE_MS });
}

/** What a call was refused with. */
export interface Refused {
  readonly statusCode: number;
  readonly message: string;
  readonly code: string;
  readonly headers: Headers;
}

/** @throws Error where it was not refused in the shape that the package's users read. */
export async function refusalOf(call: Promise<unknown>): Promise<Refused> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error && 'body' in error && 'headers' in error && error.headers instanceof Headers)) {
    throw new Error(`was not refused over the wire: ${String(error)}`, { cause: error });
  }
  const { message, code, statusCode } = JSON.parse(String(error.body));
  if (!('statusCode' in error) || error.statusCode !== statusCode)
    throw new Error(`the body names another status: ${statusCode}`);
  return { message, code, statusCode, headers: error.headers };
}

/** One request as it stands, past the package. */
export function postRaw({ url }: Pick<TestBrim, 'url'>, verb: string, body: string, headers: Record<string, string> = {}) {
  return fetch(`${url}/v1/${verb}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TEST_KEY}`, 'content-type': 'application/json', ...headers },
    body,
  });
}
