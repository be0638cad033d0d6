/** The browser clients' shared part: stores of live balances, without a framework. */
export { type Balances, covers, emptyBalance, type LiveBalance } from './balances.ts';
export type { Connection, Transport } from './link.ts';
export { type CustomerState, type Live, type LiveOptions, openLive } from './live.ts';
export { LiveError } from './live-error.ts';
export type { Loaded } from './loader.ts';
export type * from './types.ts';
