/** A token for the balances of one user. */
import type { GenericEndpointContext } from 'better-auth';
import { APIError } from 'better-auth/api';
import { deadline, openCustomers } from './customers.ts';
import { BRIM_ERROR_CODES } from './error-codes.ts';
import type { AuthUser, BrimPluginOptions } from './options.ts';

export interface BrimToken {
  /** What a page shows to Brim. */
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** @throws APIError CUSTOMER_NOT_FOUND where the app makes customers and has not; BrimError. */
export async function createToken(options: BrimPluginOptions, user: AuthUser, ctx: GenericEndpointContext): Promise<BrimToken> {
  const { client, createCustomerOnSignUp = true, getTokenParams } = options;
  const input = { ...(await getTokenParams?.(user, ctx)), customerId: user.id };
  let answer = await client.createCustomerToken(input, deadline());
  if (answer.__typename === 'CustomerNotFoundError') {
    if (!createCustomerOnSignUp) throw APIError.from('NOT_FOUND', BRIM_ERROR_CODES.CUSTOMER_NOT_FOUND);
    await openCustomers(options, ctx.context.logger).create(user, ctx);
    answer = await client.createCustomerToken(input, deadline());
  }
  if (answer.__typename !== 'CreateCustomerTokenSuccess') throw new Error(answer.message);
  return { token: answer.token, expiresAt: answer.expiresAt };
}
