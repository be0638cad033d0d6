/** Customer tokens: what a customer's page shows to Brim. */
import { CreateCustomerTokenText, RevokeCustomerTokensText } from '../documents/generated/texts.ts';
import { type Call, type CallOptions, payloadOf } from './call.ts';
import type {
  CreateCustomerTokenAnswer,
  CreateCustomerTokenInput,
  RevokeCustomerTokensAnswer,
  RevokeCustomerTokensInput,
} from './types.ts';

export interface CustomerTokenVerbs {
  /**
   * A token that sees one customer, and attaches the plans that are named. It lasts 900 seconds
   * unless `expiresInSeconds` is given.
   */
  createCustomerToken(input: CreateCustomerTokenInput, options?: CallOptions): Promise<CreateCustomerTokenAnswer>;
  /** Ends all tokens that were made for a customer before, and what is open with them. */
  revokeCustomerTokens(input: RevokeCustomerTokensInput, options?: CallOptions): Promise<RevokeCustomerTokensAnswer>;
}

export function customerTokenVerbs(call: Call): CustomerTokenVerbs {
  return {
    createCustomerToken: (given, options) =>
      payloadOf(given, async (input) => (await call(CreateCustomerTokenText, { input }, options)).createCustomerToken),
    revokeCustomerTokens: (given, options) =>
      payloadOf(given, async (input) => (await call(RevokeCustomerTokensText, { input }, options)).revokeCustomerTokens),
  };
}
