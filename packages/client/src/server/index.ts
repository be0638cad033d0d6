/** `@brim/client/server`: for the app's own server. It runs in Node. */

export type { AlertVerbs, BalanceAlert, RemoveBalanceAlertAnswer, SetBalanceAlertAnswer } from './alert.ts';
export type { AutoTopUp, AutoTopUpVerbs, SetAutoTopUpAnswer } from './auto-top-up.ts';
export type { BalanceVerbs, LedgerEntry, UsagePoint } from './balance.ts';
export { type Brim, type BrimOptions, openBrim } from './brim.ts';
export { BrimError, OutboxFullError } from './brim-error.ts';
export type { CallOptions } from './call.ts';
export type { CheckVerb } from './check.ts';
export type { AdjustBalanceAnswer, CorrectionVerbs, ReverseUsageAnswer } from './correction.ts';
export type { CustomerSnapshot, CustomerVerbs, EraseCustomerAnswer, UpdateCustomerAnswer } from './customer.ts';
export type { CustomerTokenVerbs } from './customer-token.ts';
export type { GrantBalanceAnswer, GrantVerbs, VoidGrantAnswer } from './grant.ts';
export type { Hold, HoldVerbs, PlaceHoldAnswer, ReleaseHoldAnswer, SettleHoldAnswer } from './hold.ts';
export type { ImportOptions, ImportRow, ImportSummary, ImportVerb, RefusedRow } from './import.ts';
export type { OperationOptions, OperationVerb } from './operation.ts';
export type { KeyedTrack, OutboxOptions } from './outbox.ts';
export type { Page } from './page.ts';
export type { Plan, PlanVerbs } from './plan.ts';
export type { CancelPurchaseAnswer, PreviewAttachAnswer, PurchaseVerbs } from './purchase.ts';
export type {
  BalanceChange,
  BalanceChangedInput,
  CustomerBalanceChange,
  SubscriptionOptions,
  SubscriptionVerbs,
} from './subscription.ts';
export type { TrackVerbs } from './track.ts';
export type * from './types.ts';
export type {
  RemoveUsageLimitAnswer,
  SetUsageLimitAnswer,
  UsageLimit,
  UsageLimitVerbs,
} from './usage-limit.ts';
