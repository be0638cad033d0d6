/**
 * The web pages that may call: CORS for HTTP, and the Origin check of WebSockets.
 *
 * An origin is allowed by its name only. It is never reflected because it asked, and credentials
 * (cookies) are never allowed: a page sends its token in a header.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { openOriginPatterns } from '../../values/origin.ts';

const PREFLIGHT_MAX_AGE_SECONDS = 7_200;
/**
 * The response headers that scripts of a page may read: for error reports, and to stay within the
 * budget.
 */
const EXPOSED = 'x-request-id, retry-after, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-used, x-ratelimit-reset';

export interface Origins {
  /**
   * Sets the headers that let an allowed page read the answer. True where the request was a
   * preflight, which is then answered.
   */
  answerPreflight(request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * True without an Origin (not a browser), for a page of the same host, and for an allowed origin.
   */
  mayConnect(request: IncomingMessage): boolean;
}

/** @param allowed Patterns of origins. */
export function openOrigins(allowed: readonly string[]): Origins {
  const isAllowed = openOriginPatterns(allowed);

  return {
    answerPreflight(request, response) {
      const { origin } = request.headers;
      response.setHeader('vary', 'Origin');
      if (origin !== undefined && isAllowed(origin)) {
        response.setHeader('access-control-allow-origin', origin);
        response.setHeader('access-control-expose-headers', EXPOSED);
      }
      if (request.method !== 'OPTIONS') return false;
      if (response.hasHeader('access-control-allow-origin')) {
        response.setHeader('access-control-allow-methods', 'GET, POST');
        response.setHeader(
          'access-control-allow-headers',
          'authorization, content-type, accept, last-event-id, x-graphql-yoga-csrf',
        );
        response.setHeader('access-control-max-age', String(PREFLIGHT_MAX_AGE_SECONDS));
      }
      response.writeHead(204, { allow: 'GET, POST, OPTIONS', 'content-length': '0' }).end();
      return true;
    },
    mayConnect({ headers: { origin, host } }) {
      if (origin === undefined || isAllowed(origin)) return true;
      return /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).host === host;
    },
  };
}
