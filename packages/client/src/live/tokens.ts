/** The customer token of a page, and when to fetch the next one. */
import { LiveError } from './live-error.ts';
import { askForToken, fetchToken } from './token-url.ts';

export interface TokenOptions {
  /** A token that is never renewed. When it ends, the connection ends. */
  readonly token?: string;
  /**
   * Fetches a token from the app's server: at the start, before it ends, and when it is refused.
   */
  readonly getToken?: () => string | Promise<string>;
  /**
   * The same by its address, which a server component can pass: the app's server answers a POST
   * there, with the cookies of the page's own origin, with the token as text or as JSON `{ "token":
   * "…" }`. Left out where there is a `getToken`.
   */
  readonly tokenUrl?: string;
}

export interface Tokens {
  /** @returns the token in use. @throws LiveError TOKEN if none can be fetched. */
  current(): Promise<string>;
  /**
   * Makes the next `current` fetch a new one. The caller names the bad token, so that a newer one
   * is kept.
   */
  discard(bad: string): void;
  /** Fetches a new one; the old one stays in use until it arrives. @throws LiveError TOKEN. */
  renew(): Promise<string>;
  readonly renewable: boolean;
}

export function openTokens({ token, getToken, tokenUrl }: TokenOptions): Tokens {
  let value = token;
  let asking: Promise<string> | undefined;
  const source = getToken ? () => askForToken(getToken) : tokenUrl === undefined ? undefined : () => fetchToken(tokenUrl);

  async function ask(): Promise<string> {
    try {
      if (source) value = await source();
      if (value) return value;
    } finally {
      asking = undefined;
    }
    throw new LiveError('There is no customer token.', 'TOKEN', false);
  }

  const renew = () => {
    asking ??= ask();
    return asking;
  };

  return {
    current: async () => value || renew(),
    renew,
    discard(bad) {
      if (source && value === bad) value = undefined;
    },
    renewable: source !== undefined,
  };
}

/** The share of its lifetime after which a token is replaced. */
const RENEW_AFTER = 0.8;
/** The longest delay that timers take, about 24 days. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** How long to use a token from its arrival. Its lifetime counts, not the page's clock. */
export function renewAfterMs(token: string): number {
  try {
    const [, claims = ''] = token.split('.');
    const { iat, exp } = JSON.parse(atob(claims.replace(/-/g, '+').replace(/_/g, '/')));
    return Math.min(TIMER_MAX_MS, (exp - iat) * 1_000 * RENEW_AFTER) || TIMER_MAX_MS;
  } catch {
    return TIMER_MAX_MS;
  }
}
