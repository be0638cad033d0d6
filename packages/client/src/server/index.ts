/** `@brim/client/server`: for the app's own server. Needs nothing but Node. */
export { type Brim, type BrimOptions, openBrim } from './brim.ts';
export { BrimError, OutboxFullError } from './brim-error.ts';
export type { CallOptions } from './call.ts';
export type { AdjustBalanceAnswer, CorrectionVerbs, ReverseUsageAnswer } from './correction.ts';
export type { GrantBalanceAnswer, GrantVerbs, VoidGrantAnswer } from './grant.ts';
export type { Hold, HoldVerbs, PlaceHoldAnswer, ReleaseHoldAnswer, SettleHoldAnswer } from './hold.ts';
export type { KeyedTrack, OutboxOptions } from './outbox.ts';
export type * from './types.ts';
