/** Checks: whether so much may be used now. */
import { CheckText } from '../documents/generated/texts.ts';
import { type Call, type CallOptions, payloadOf, queryRefusal } from './call.ts';
import type { CheckAnswer, CheckInput } from './types.ts';

export interface CheckVerb {
  /** Whether so much may be used now, and what would cover what is missing. Changes nothing. */
  check(input: CheckInput, options?: CallOptions): Promise<CheckAnswer>;
}

export function checkVerb(call: Call): CheckVerb {
  return {
    check: (given, options) =>
      payloadOf(given, async (input) => (await call(CheckText, { input }, options)).check).catch((error: unknown) =>
        queryRefusal(error, ['INVALID_INPUT', 'CUSTOMER_NOT_FOUND', 'FEATURE_NOT_FOUND']),
      ),
  };
}
