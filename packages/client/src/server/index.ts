/** `@brim/client/server`: for the app's own server. Needs nothing but Node. */
export { type Brim, type BrimOptions, type CallOptions, openBrim } from './brim.ts';
export { BrimError, OutboxFullError } from './brim-error.ts';
export type { KeyedTrack, OutboxOptions } from './outbox.ts';
export type * from './types.ts';
