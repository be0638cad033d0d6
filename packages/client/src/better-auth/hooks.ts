/** What happens to a customer when its user signs up, changes and goes. */
import type { BetterAuthOptions } from 'better-auth';
import { APIError } from 'better-auth/api';
import { type Logger, messageOf, openCustomers } from './customers.ts';
import { BRIM_ERROR_CODES } from './error-codes.ts';
import type { AuthUser, BrimPluginOptions, EndpointContext } from './options.ts';
import { orUnavailable } from './unavailable.ts';

type UserOptions = Required<Pick<BetterAuthOptions, 'databaseHooks'>> & Pick<BetterAuthOptions, 'user'>;

/** better-auth calls the hooks after it has committed. None of them fails what they follow. */
export function userOptions(options: BrimPluginOptions, logger: Logger): UserOptions {
  const customers = openCustomers(options, logger);
  const { createCustomerOnSignUp = true, onUserDelete = 'keep' } = options;
  const erases = onUserDelete === 'erase';

  const logged =
    (level: 'warn' | 'error', what: string, follow: (user: AuthUser, ctx: EndpointContext) => Promise<void>) =>
    async (user: AuthUser | null, ctx: EndpointContext): Promise<void> => {
      // An update that found nobody has no user.
      if (!user) return;
      await follow(user, ctx).catch((error) => logger[level](`${what} (user ${user.id}): ${messageOf(error)}`));
    };

  async function erase(user: AuthUser): Promise<void> {
    if (!(await customers.erase(user))) throw APIError.from('CONFLICT', BRIM_ERROR_CODES.CUSTOMER_NOT_ERASABLE);
  }

  return {
    databaseHooks: {
      user: {
        ...(createCustomerOnSignUp && {
          create: { after: logged('warn', 'No customer was made yet, the next token will make it', customers.create) },
        }),
        update: { after: logged('warn', 'Brim has the old name and email', customers.update) },
        delete: {
          after: erases
            ? logged('error', 'The customer is NOT erased', erase)
            : logged('warn', 'Tokens are not revoked, they will expire', customers.revokeTokens),
        },
      },
    },
    ...(erases && {
      user: {
        deleteUser: {
          /** Before anything is deleted: a user who still pays, or whom Brim still has, stays. */
          beforeDelete: (user) => orUnavailable(erase(user), logger),
        },
      },
    }),
  };
}
