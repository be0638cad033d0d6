/** Auto top-ups: balances that buy more by themselves once they are low. */
import type { AutoTopUpFieldsFragment, SetAutoTopUpInput, SetAutoTopUpMutation } from '../documents/generated/graphql.ts';
import { CustomerAutoTopUpsText, SetAutoTopUpText } from '../documents/generated/texts.ts';
import { type Call, type CallOptions, payloadOf } from './call.ts';

export type AutoTopUp = AutoTopUpFieldsFragment;
export type SetAutoTopUpAnswer = NonNullable<SetAutoTopUpMutation['setAutoTopUp']>;

export interface AutoTopUpVerbs {
  /** A customer's auto top-ups, one of each feature; null where there is no such customer. */
  autoTopUps(customerId: string, options?: CallOptions): Promise<readonly AutoTopUp[] | null>;
  /**
   * Sets the auto top-up of a feature, or changes it. `enabled: false` switches it off; true, which
   * it is unless said otherwise, also ends a suspension.
   */
  setAutoTopUp(input: SetAutoTopUpInput, options?: CallOptions): Promise<SetAutoTopUpAnswer>;
}

export function autoTopUpVerbs(call: Call): AutoTopUpVerbs {
  return {
    async autoTopUps(customerId, options) {
      const { customer } = await call(CustomerAutoTopUpsText, { customerId }, options);
      return customer?.autoTopUps ?? null;
    },
    setAutoTopUp: (given, options) =>
      payloadOf(given, async (input) => (await call(SetAutoTopUpText, { input }, options)).setAutoTopUp),
  };
}
