/** Alerts on balances that fall below an amount, or a percentage of what was granted. */
import type {
  AlertFieldsFragment,
  RemoveBalanceAlertMutation,
  SetBalanceAlertInput,
  SetBalanceAlertMutation,
} from '../documents/generated/graphql.ts';
import {
  BalanceAlertsText,
  CustomerBalanceAlertsText,
  RemoveBalanceAlertText,
  SetBalanceAlertText,
} from '../documents/generated/texts.ts';
import { type Call, type CallOptions, payloadOf } from './call.ts';

export type BalanceAlert = AlertFieldsFragment;
export type SetBalanceAlertAnswer = NonNullable<SetBalanceAlertMutation['setBalanceAlert']>;
export type RemoveBalanceAlertAnswer = NonNullable<RemoveBalanceAlertMutation['removeBalanceAlert']>;

export interface AlertVerbs {
  /** Sets an alert for a customer, or for all where `customerId` is left out. Twice sets one. */
  setBalanceAlert(input: SetBalanceAlertInput, options?: CallOptions): Promise<SetBalanceAlertAnswer>;
  removeBalanceAlert(id: string, options?: CallOptions): Promise<RemoveBalanceAlertAnswer>;
  /**
   * The alerts that concern a customer, those for all among them; without a customer, those for
   * all. null where there is no such customer.
   */
  balanceAlerts(customerId?: string, options?: CallOptions): Promise<readonly BalanceAlert[] | null>;
}

export function alertVerbs(call: Call): AlertVerbs {
  return {
    setBalanceAlert: (given, options) =>
      payloadOf(given, async (input) => (await call(SetBalanceAlertText, { input }, options)).setBalanceAlert),
    removeBalanceAlert: (id, options) =>
      payloadOf({ id }, async (input) => (await call(RemoveBalanceAlertText, { input }, options)).removeBalanceAlert),
    async balanceAlerts(customerId, options) {
      if (customerId === undefined) return (await call(BalanceAlertsText, {}, options)).balanceAlerts;
      return (await call(CustomerBalanceAlertsText, { customerId }, options)).customer?.balanceAlerts ?? null;
    },
  };
}
