import type { Act } from '../acts/act.ts';

/** Runs one act in a transaction, and has its events delivered. */
export type Transact = <Result>(work: (act: Act) => Promise<Result>) => Promise<Result>;
