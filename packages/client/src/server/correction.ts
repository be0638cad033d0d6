/** Corrections by hand: a use that is given back, and a balance that is set right. */
import type {
  AdjustBalanceInput,
  AdjustBalanceMutation,
  ReverseUsageInput,
  ReverseUsageMutation,
} from '../documents/generated/graphql.ts';
import { AdjustBalanceText, ReverseUsageText } from '../documents/generated/texts.ts';
import { type Call, type CallOptions, payloadOf, withKey } from './call.ts';

export type ReverseUsageAnswer = NonNullable<ReverseUsageMutation['reverseUsage']>;
export type AdjustBalanceAnswer = NonNullable<AdjustBalanceMutation['adjustBalance']>;

export interface CorrectionVerbs {
  /**
   * Gives a use back to the grants that paid for it: `entryId` is that of the track or the settled
   * hold. `amount` left out: all that is left of it. Never more than was used.
   */
  reverseUsage(input: ReverseUsageInput, options?: CallOptions): Promise<ReverseUsageAnswer>;
  /**
   * Corrects a balance `by` an amount, above or below zero, or to what shall be `remaining`: give
   * one of the two. No use is recorded.
   */
  adjustBalance(input: AdjustBalanceInput, options?: CallOptions): Promise<AdjustBalanceAnswer>;
}

export function correctionVerbs(call: Call): CorrectionVerbs {
  return {
    reverseUsage: (given, options) =>
      payloadOf(withKey(given), async (input) => (await call(ReverseUsageText, { input }, options)).reverseUsage),
    adjustBalance: (given, options) =>
      payloadOf(withKey(given), async (input) => (await call(AdjustBalanceText, { input }, options)).adjustBalance),
  };
}
