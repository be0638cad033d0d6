/** Usage limits: how much of a feature a customer may use in each window of the calendar. */
import type {
  RemoveUsageLimitMutation,
  SetUsageLimitInput,
  SetUsageLimitMutation,
  UsageLimitFieldsFragment,
} from '../documents/generated/graphql.ts';
import { RemoveUsageLimitText, SetUsageLimitText, UsageLimitsText } from '../documents/generated/texts.ts';
import { type Call, type CallOptions, payloadOf } from './call.ts';

export type UsageLimit = UsageLimitFieldsFragment;
export type SetUsageLimitAnswer = NonNullable<SetUsageLimitMutation['setUsageLimit']>;
export type RemoveUsageLimitAnswer = NonNullable<RemoveUsageLimitMutation['removeUsageLimit']>;

export interface UsageLimitVerbs {
  /** A customer's limits, those of its plans included; null where there is no such customer. */
  usageLimits(customerId: string, options?: CallOptions): Promise<readonly UsageLimit[] | null>;
  /** Sets a limit, or changes the one of the same feature and window. */
  setUsageLimit(input: SetUsageLimitInput, options?: CallOptions): Promise<SetUsageLimitAnswer>;
  /** Removes a limit that `setUsageLimit` set. */
  removeUsageLimit(id: string, options?: CallOptions): Promise<RemoveUsageLimitAnswer>;
}

export function usageLimitVerbs(call: Call): UsageLimitVerbs {
  return {
    async usageLimits(customerId, options) {
      const { customer } = await call(UsageLimitsText, { customerId }, options);
      return customer?.usageLimits ?? null;
    },
    setUsageLimit: (given, options) =>
      payloadOf(given, async (input) => (await call(SetUsageLimitText, { input }, options)).setUsageLimit),
    removeUsageLimit: (id, options) =>
      payloadOf({ id }, async (input) => (await call(RemoveUsageLimitText, { input }, options)).removeUsageLimit),
  };
}
