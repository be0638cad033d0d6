/** Holds: an amount that is reserved while the app works, and settled with what was really used. */
import type {
  CustomerHoldsQueryVariables,
  HoldFieldsFragment,
  PlaceHoldInput,
  PlaceHoldMutation,
  ReleaseHoldInput,
  ReleaseHoldMutation,
  SettleHoldInput,
  SettleHoldMutation,
} from '../documents/generated/graphql.ts';
import { CustomerHoldsText, HoldText, PlaceHoldText, ReleaseHoldText, SettleHoldText } from '../documents/generated/texts.ts';
import { type Call, type CallOptions, payloadOf, withKey } from './call.ts';
import { type Page, pageOf } from './page.ts';

export type Hold = HoldFieldsFragment;
export type PlaceHoldAnswer = NonNullable<PlaceHoldMutation['placeHold']>;
export type SettleHoldAnswer = NonNullable<SettleHoldMutation['settleHold']>;
export type ReleaseHoldAnswer = NonNullable<ReleaseHoldMutation['releaseHold']>;

export interface HoldVerbs {
  /**
   * Reserves an amount, all of it or nothing: InsufficientBalanceError says what remains and what
   * could be bought. It ends by itself after `expiresInSeconds`, 300 by default.
   */
  placeHold(input: PlaceHoldInput, options?: CallOptions): Promise<PlaceHoldAnswer>;
  /**
   * Ends a hold with what was used; the rest goes back. A hold ends once: settling it again answers
   * HoldNotOpenError with the hold as it was settled, also where this client itself had to ask
   * again because an answer was lost.
   */
  settleHold(input: SettleHoldInput, options?: CallOptions): Promise<SettleHoldAnswer>;
  /**
   * Ends a hold of which nothing was used. Releasing it again answers HoldNotOpenError, as with
   * settleHold.
   */
  releaseHold(input: ReleaseHoldInput, options?: CallOptions): Promise<ReleaseHoldAnswer>;
  /** One hold as it stands; null where there is none with this id. */
  hold(id: string, options?: CallOptions): Promise<Hold | null>;
  /**
   * A customer's holds, open or ended, newest first, 20 unless `first` says 1 to 100; null where
   * there is no such customer.
   */
  holds(input: CustomerHoldsQueryVariables, options?: CallOptions): Promise<Page<Hold> | null>;
}

export function holdVerbs(call: Call): HoldVerbs {
  return {
    placeHold: (given, options) =>
      payloadOf(withKey(given), async (input) => (await call(PlaceHoldText, { input }, options)).placeHold),
    settleHold: (given, options) =>
      payloadOf(given, async (input) => (await call(SettleHoldText, { input }, options)).settleHold),
    releaseHold: (given, options) =>
      payloadOf(given, async (input) => (await call(ReleaseHoldText, { input }, options)).releaseHold),
    hold: async (id, options) => (await call(HoldText, { id }, options)).hold,
    async holds(input, options) {
      const { customer } = await call(CustomerHoldsText, input, options);
      return customer && pageOf(customer.holds);
    },
  };
}
