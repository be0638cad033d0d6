/** A customer token from an address of the app's own server, and what came where none did. */
import { LiveError } from './live-error.ts';

const TIMEOUT_MS = 15_000;
const EXCERPT_LENGTH = 80;
/** What an Authorization header can carry (RFC 6750): no page, and no JSON. */
const TOKEN = /^[\w~+/.-]+=*$/;

/**
 * Asks with a POST, which no cache answers. The answer is the token as text, or JSON with the token
 * as `token`.
 * @throws LiveError TOKEN with the status, the content type and the first characters of what came.
 */
export async function fetchToken(url: string): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const headers = { accept: 'application/json, text/plain' };
  const response = await fetch(url, { method: 'POST', headers, signal }).catch(() => {
    throw tokenError(`${url} cannot be reached.`);
  });
  const text = await response.text().catch(() => '');
  const token = response.ok ? tokenIn(text) : undefined;
  if (token) return token;
  const { status, headers: came } = response;
  throw tokenError(
    `${url} answered ${status} ${came.get('content-type') ?? 'without a content type'} and no token: ${excerpt(text)}`,
  );
}

/**
 * The token that the app's own function gave. @throws LiveError TOKEN with what it gave instead.
 */
export async function askForToken(getToken: () => string | Promise<string>): Promise<string> {
  const given: unknown = await Promise.resolve()
    .then(getToken)
    .catch((error: unknown) => {
      throw error instanceof LiveError ? error : tokenError(`getToken failed: ${error instanceof Error ? error.message : error}`);
    });
  if (isToken(given)) return given;
  throw tokenError(`getToken gave no token, but ${typeof given === 'string' ? excerpt(given) : typeof given}`);
}

function tokenIn(text: string): string | undefined {
  const given = text.trim();
  if (isToken(given)) return given;
  try {
    const { token } = JSON.parse(given);
    return isToken(token) ? token : undefined;
  } catch {
    return undefined;
  }
}

function isToken(given: unknown): given is string {
  return typeof given === 'string' && TOKEN.test(given);
}

function excerpt(text: string): string {
  return JSON.stringify(text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text);
}

function tokenError(message: string): LiveError {
  return new LiveError(message, 'TOKEN');
}
