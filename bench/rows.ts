/**
 * What is measured, row by row, and against whom. `atLeast` is the ratio that Brim wants to reach;
 * for latencies, the most that it may be.
 */

import type { Measure } from './interleave.ts';
import type { HttpTask } from './load/http.ts';
import { customerName } from './subject/catalogue.ts';

export type RivalName = 'bare node:http' | 'idle Yoga' | 'naive path' | 'naive transaction' | 'HTTP track' | 'new customer';

/** How a row asks Brim, and its rivals where they are asked in the same way. */
export type Ask =
  | { readonly over: 'ledger'; readonly verb: 'track' | 'check'; readonly customer?: string }
  | { readonly over: 'http'; readonly operation: HttpTask['operation']; readonly batch?: number }
  | { readonly over: 'socket' };

export interface Row {
  readonly name: string;
  readonly ask: Ask;
  readonly callers: number;
  /** All calls on one customer, or spread over all. */
  readonly where: 'spread' | 'one customer';
  readonly by?: Measure;
  readonly against: readonly { readonly rival: RivalName; readonly atLeast?: number; readonly atMost?: number }[];
  /** Measured in the short form too, which fails where the ratio falls to less than half. */
  readonly isGuarded?: boolean;
}

/** A customer of long standing; see subject/aged-customer.ts. */
export const AGED = 1;
const ALL_HTTP: Row['against'] = [{ rival: 'bare node:http' }, { rival: 'idle Yoga' }, { rival: 'naive path' }];
const TRACK = { over: 'http', operation: 'track' } as const;
const LEDGER = { over: 'ledger', verb: 'track' } as const;

const counted = (callers: number) => `${callers.toLocaleString('en')} ${callers === 1 ? 'caller' : 'callers'}`;

const httpTracks = ([1, 64, 1_024] as const).flatMap((callers): Row[] => [
  {
    name: `HTTP track, spread, ${counted(callers)}`,
    ask: TRACK,
    callers,
    where: 'spread',
    against: ALL_HTTP.map((each) => (callers === 64 && each.rival === 'idle Yoga' ? { ...each, atLeast: 1.5 } : each)),
    isGuarded: callers === 64,
  },
  {
    name: `HTTP track, one customer, ${counted(callers)}`,
    ask: TRACK,
    callers,
    where: 'one customer',
    against: ALL_HTTP.map((each) => (callers === 64 && each.rival === 'bare node:http' ? { ...each, atLeast: 0.25 } : each)),
  },
]);

export const ROWS: readonly Row[] = [
  {
    name: 'ledger, spread',
    ask: LEDGER,
    callers: 256,
    where: 'spread',
    against: [{ rival: 'naive transaction', atLeast: 6 }],
    isGuarded: true,
  },
  {
    name: 'ledger, one customer',
    ask: LEDGER,
    callers: 256,
    where: 'one customer',
    against: [{ rival: 'naive transaction', atLeast: 25 }],
    isGuarded: true,
  },
  {
    name: 'ledger, one idle caller',
    ask: LEDGER,
    callers: 1,
    where: 'spread',
    against: [{ rival: 'naive transaction', atLeast: 0.9 }],
    isGuarded: true,
  },
  ...httpTracks,
  {
    name: 'HTTP track, one connection, p50',
    ask: TRACK,
    callers: 1,
    where: 'spread',
    by: 'p50Ms',
    against: [{ rival: 'naive path', atMost: 1.5 }],
  },
  { name: 'WebSocket track, spread, 64 callers', ask: { over: 'socket' }, callers: 64, where: 'spread', against: ALL_HTTP },
  ...[100, 1_000].map(
    (batch): Row => ({
      name: `trackBatch of ${batch.toLocaleString('en')}, per track, 8 callers`,
      ask: { over: 'http', operation: 'trackBatch', batch },
      callers: 8,
      where: 'spread',
      against: [batch === 1_000 ? { rival: 'HTTP track', atLeast: 8 } : { rival: 'HTTP track' }],
    }),
  ),
  {
    name: 'check, 64 callers',
    ask: { over: 'http', operation: 'check' },
    callers: 64,
    where: 'spread',
    against: [{ rival: 'bare node:http', atLeast: 0.3 }, { rival: 'idle Yoga' }],
    isGuarded: true,
  },
  {
    name: 'nested customer query, 64 callers',
    ask: { over: 'http', operation: 'nested' },
    callers: 64,
    where: 'spread',
    against: [{ rival: 'bare node:http' }, { rival: 'idle Yoga' }],
  },
  {
    name: 'place and settle a hold, 64 callers',
    ask: { over: 'http', operation: 'hold' },
    callers: 64,
    where: 'spread',
    against: ALL_HTTP,
  },
];

/** Measured after a customer has grown old. */
export const AGED_ROWS: readonly Row[] = (['track', 'check'] as const).map((verb) => ({
  name: `${verb} of a customer with 1,000,000 entries`,
  ask: { over: 'ledger', verb, customer: customerName(AGED) },
  callers: 1,
  where: 'one customer',
  against: [{ rival: 'new customer', atLeast: 0.8 }],
}));

/** Pushes over sockets, each with what is wanted of it. */
export interface PushRow {
  readonly name: string;
  readonly sockets: number;
  readonly customers: number;
  readonly changesPerSecond?: number;
  readonly batch?: number;
  readonly wanted: string;
}

export const PUSH_ROWS: readonly PushRow[] = [
  {
    name: '500 subscribers of one customer, 40 changes a second',
    sockets: 500,
    customers: 1,
    changesPerSecond: 40,
    wanted: '15,000 pushes/s',
  },
  {
    name: '500 subscribers of one customer, 20 changes a second',
    sockets: 500,
    customers: 1,
    changesPerSecond: 20,
    wanted: 'p99 250 ms',
  },
  {
    name: '2,000 sockets over 500 customers, 200 changes a second',
    sockets: 2_000,
    customers: 500,
    changesPerSecond: 200,
    wanted: 'p99 150 ms',
  },
  {
    name: 'a batch of 900 entries to 100 subscribers',
    sockets: 100,
    customers: 1,
    batch: 900,
    wanted: 'the last after 3,000 ms',
  },
];
