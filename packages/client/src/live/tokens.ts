/** The customer token of a page, and when it is time for the next one. */
import { LiveError } from './live-error.ts';
import { askForToken, fetchToken } from './token-url.ts';

export interface TokenOptions {
  /** One that is never renewed: when it ends, so does the connection. */
  readonly token?: string;
  /** Asks the app's server for one: at the start, before it ends, and where it is refused. */
  readonly getToken?: () => string | Promise<string>;
  /**
   * The same by its address, which a server component can pass: the app's server answers a POST there, with the cookies of the page's
   * own origin, with the token as text or as JSON `{ "token": "…" }`. Left out where there is a `getToken`.
   */
  readonly tokenUrl?: string;
}

export interface Tokens {
  /** The one in use. @throws LiveError TOKEN where none can be had. */
  current(): Promise<string>;
  /** The next `current` asks for a new one; whoever found one bad names it, so that nobody's new one is thrown away. */
  discard(bad: string): void;
  /** A new one; until it is there, the old one stays in use. @throws LiveError TOKEN. */
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

/** The share of its life after which a token is replaced. */
const RENEW_AFTER = 0.8;
/** The longest that timers wait: some 24 days. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** How long to use it, from the moment at which it came: its own length counts, whatever the page's clock says. */
export function renewAfterMs(token: string): number {
  try {
    const [, claims = ''] = token.split('.');
    const { iat, exp } = JSON.parse(atob(claims.replace(/-/g, '+').replace(/_/g, '/')));
    return Math.min(TIMER_MAX_MS, (exp - iat) * 1_000 * RENEW_AFTER) || TIMER_MAX_MS;
  } catch {
    return TIMER_MAX_MS;
  }
}
