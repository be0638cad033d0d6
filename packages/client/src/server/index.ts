/** `@brim/client/server`: for the app's own server. Needs nothing but Node. */

export type { BalanceDetails, BalanceVerbs, LedgerEntry, UsagePoint } from './balance.ts';
export { type Brim, type BrimOptions, openBrim } from './brim.ts';
export { BrimError, OutboxFullError } from './brim-error.ts';
export type { CallOptions } from './call.ts';
export type { AdjustBalanceAnswer, CorrectionVerbs, ReverseUsageAnswer } from './correction.ts';
export type { CustomerDetails, CustomerSnapshot, CustomerVerbs, UpdateCustomerAnswer } from './customer.ts';
export type { GrantBalanceAnswer, GrantVerbs, VoidGrantAnswer } from './grant.ts';
export type { Hold, HoldVerbs, PlaceHoldAnswer, ReleaseHoldAnswer, SettleHoldAnswer } from './hold.ts';
export type { KeyedTrack, OutboxOptions } from './outbox.ts';
export type { Page } from './page.ts';
export type { PlanDetails, PlanVerbs } from './plan.ts';
export type { CancelPurchaseAnswer, PreviewAttachAnswer, PurchaseDetails, PurchaseVerbs } from './purchase.ts';
export type * from './types.ts';
