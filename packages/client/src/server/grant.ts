/** Grants by hand: an amount that is given once, and ended early. */
import type {
  GrantBalanceInput,
  GrantBalanceMutation,
  VoidGrantInput,
  VoidGrantMutation,
} from '../documents/generated/graphql.ts';
import { GrantBalanceText, VoidGrantText } from '../documents/generated/texts.ts';
import { type Call, type CallOptions, payloadOf, withKey } from './call.ts';

export type GrantBalanceAnswer = NonNullable<GrantBalanceMutation['grantBalance']>;
export type VoidGrantAnswer = NonNullable<VoidGrantMutation['voidGrant']>;

export interface GrantVerbs {
  /**
   * Gives a customer an amount of a feature, until `expiresAt` or for ever. What is overdrawn is
   * repaid from it first.
   */
  grantBalance(input: GrantBalanceInput, options?: CallOptions): Promise<GrantBalanceAnswer>;
  /** Ends a grant: what is left of it is gone. Ending it twice changes nothing more. */
  voidGrant(input: VoidGrantInput, options?: CallOptions): Promise<VoidGrantAnswer>;
}

export function grantVerbs(call: Call): GrantVerbs {
  return {
    grantBalance: (given, options) =>
      payloadOf(withKey(given), async (input) => (await call(GrantBalanceText, { input }, options)).grantBalance),
    voidGrant: (given, options) => payloadOf(given, async (input) => (await call(VoidGrantText, { input }, options)).voidGrant),
  };
}
