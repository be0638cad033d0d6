/**
 * `@brim/client/better-auth`: a plugin of better-auth with which each user is a customer of Brim.
 *
 * Whoever signs up becomes a customer, and gets tokens for its own balances alone. A Brim that is
 * away keeps nobody from signing up: the customer is made when it next asks for a token.
 */
import type { BetterAuthPlugin } from 'better-auth';
import { createAuthEndpoint, sensitiveSessionMiddleware } from 'better-auth/api';
import { BRIM_ERROR_CODES } from './error-codes.ts';
import { userOptions } from './hooks.ts';
import type { BrimPluginOptions } from './options.ts';
import { createToken } from './token.ts';
import { orUnavailable } from './unavailable.ts';

export { BRIM_ERROR_CODES } from './error-codes.ts';
export type { AuthUser, BrimPluginOptions, EndpointContext } from './options.ts';
export type { BrimToken } from './token.ts';

const TOKEN_PATH = '/brim/token';
/** Of one address. A page asks every twelve minutes, and an office may share an address. */
const TOKENS_A_MINUTE = 60;

/** For `betterAuth({ plugins: [brim({ client })] })`. */
export function brim(options: BrimPluginOptions) {
  return {
    id: 'brim',
    init: ({ logger }) => ({ options: userOptions(options, logger) }),
    endpoints: {
      createBrimToken: createAuthEndpoint(
        TOKEN_PATH,
        {
          method: 'POST',
          // Reads the session anew, so that one that was revoked gets no token from its cookie.
          use: [sensitiveSessionMiddleware],
          metadata: { openapi: { description: 'Creates a token for the balances of the user.' } },
        },
        async (ctx) => {
          const { user } = ctx.context.session;
          const token = await orUnavailable(createToken(options, user, ctx), ctx.context.logger);
          ctx.setHeader('cache-control', 'no-store');
          return ctx.json(token);
        },
      ),
    },
    rateLimit: [{ pathMatcher: (path) => path === TOKEN_PATH, window: 60, max: TOKENS_A_MINUTE }],
    $ERROR_CODES: BRIM_ERROR_CODES,
  } satisfies BetterAuthPlugin;
}
