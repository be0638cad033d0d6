/**
 * The ledger said a second time, as plainly as it can be: a list of deposits, a list of holds, and
 * a list of entries. No table, no batch, no lock, and every number is added up anew each time. Uses
 * nothing of src/; amounts are BigInts, in trillionths, and instants are milliseconds. Deposits,
 * and how they are paid from and back, stand in deposits.ts, uses in uses.ts, holds in holds.ts,
 * what goes back in returns.ts, what time does in time.ts, what is limited in limits.ts.
 */
import { adjust, endPurchase, give, limitPurchase, voidDeposit } from './deposits.ts';
import { hold, release, settle } from './holds.ts';
import { bound, type Limit, unbound } from './limits.ts';
import { begin } from './openings.ts';
import { reverse } from './returns.ts';
import { letTimePass } from './time.ts';
import { use } from './uses.ts';

export interface Interval {
  readonly unit: 'DAY' | 'WEEK' | 'MONTH';
  readonly count: number;
}
export interface Carry {
  readonly max: bigint | null;
  readonly maxPercentage: number | null;
  readonly expiresAfter: Interval | null;
}
/** Who pays for a feature once its own balance is used up, and what one unit costs there. */
export interface Price {
  readonly feature: string;
  readonly cost: bigint;
}

export type Ask =
  | {
      readonly verb: 'grant';
      readonly id: string;
      readonly feature: string;
      /** Zero where unlimited. */
      readonly amount: bigint;
      readonly unlimited: boolean;
      readonly origin: 'INCLUDED' | 'BOUGHT' | 'MANUAL';
      readonly purchase: string | null;
      readonly reset: Interval | null;
      readonly carry: Carry | null;
      readonly expires: number | null;
    }
  | {
      readonly verb: 'use';
      readonly feature: string;
      readonly amount: bigint;
      readonly policy: 'CAP' | 'REJECT' | 'OVERDRAW';
      readonly prices: readonly Price[];
      readonly happened: number | null;
    }
  | {
      readonly verb: 'hold';
      readonly lasts: number;
      readonly id: string;
      readonly feature: string;
      readonly amount: bigint;
      readonly prices: readonly Price[];
      readonly until: number;
    }
  | { readonly verb: 'settle'; readonly id: string; readonly amount: bigint; readonly prices: readonly Price[] }
  | { readonly verb: 'release'; readonly id: string }
  | { readonly verb: 'reverse'; readonly entry: number; readonly amount: bigint | null }
  | {
      readonly verb: 'adjust';
      readonly id: string;
      readonly feature: string;
      readonly amount: bigint;
      /** to: the amount is what is to remain. */
      readonly how: 'by' | 'to';
    }
  /** Below zero: what is owed from the beginning. */
  | {
      readonly verb: 'opening';
      readonly id: string;
      readonly feature: string;
      readonly amount: bigint;
      readonly expires: number | null;
    }
  | { readonly verb: 'void'; readonly feature: string; readonly id: string }
  | { readonly verb: 'end'; readonly feature: string; readonly purchase: string }
  | { readonly verb: 'limit'; readonly feature: string; readonly purchase: string; readonly until: number }
  | {
      readonly verb: 'bound';
      readonly feature: string;
      readonly per: Interval;
      readonly zone: string | null;
      readonly max: bigint;
    }
  | { readonly verb: 'unbound'; readonly feature: string; readonly per: Interval };
export type AskOf<Verb extends Ask['verb']> = Extract<Ask, { verb: Verb }>;

/** What one customer asks: all of it, or nothing. */
export interface Request {
  readonly asks: readonly Ask[];
  readonly key: string | null;
  readonly fingerprint: string;
}

export interface Entry {
  readonly number: number;
  readonly feature: string;
  readonly kind: string;
  readonly amount: bigint;
  readonly requested: bigint | null;
  readonly applied: bigint | null;
  readonly units: bigint | null;
  readonly cost: bigint | null;
  readonly cause: number | null;
  readonly hold: string | null;
  readonly purchase: string | null;
  readonly at: number;
  readonly parts: readonly Part[];
  readonly granted: bigint;
  readonly remaining: bigint;
  readonly held: bigint;
  readonly usage: bigint;
  readonly unlimited: boolean;
  readonly nextReset: number | null;
  readonly nextExpiry: number | null;
}
/** How an entry changes one deposit; `lost` could not go back to it. */
export interface Part {
  readonly from: string;
  readonly amount: bigint;
  readonly held: bigint;
  readonly granted: bigint;
  readonly used: bigint;
  readonly lost: bigint;
}

/** A grant. What is owed is one, too, of less than nothing. */
export interface Deposit {
  readonly id: string;
  readonly feature: string;
  readonly origin: 'INCLUDED' | 'BOUGHT' | 'MANUAL' | 'ROLLED_OVER' | 'OWED';
  readonly purchase: string | null;
  readonly unlimited: boolean;
  readonly reset: Interval | null;
  readonly carry: Carry | null;
  readonly made: number;
  /** The number of the entry that made it. */
  readonly number: number;
  /** What it counts as granted: of an ended one only what is held. */
  granted: bigint;
  left: bigint;
  held: bigint;
  /** Where unlimited. */
  used: bigint;
  expires: number | null;
  /** How many periods are over, as far as entries say so. */
  periods: number;
  /** What a correction took off it, until its next period begins. */
  lowered: bigint;
  ended: 'EXPIRY' | 'VOID' | null;
}
export interface Hold {
  readonly id: string;
  readonly feature: string;
  readonly amount: bigint;
  readonly until: number;
  readonly parts: readonly HoldPart[];
  status: 'OPEN' | 'SETTLED' | 'RELEASED' | 'EXPIRED';
}
export interface HoldPart {
  readonly feature: string;
  readonly cost: bigint | null;
  readonly units: bigint;
  readonly portions: readonly Portion[];
}
/** What is chosen of one deposit: `amount` of a finite one, `used` of an unlimited one. */
export interface Portion {
  readonly from: string;
  readonly amount: bigint;
  readonly used: bigint;
}

export interface Account {
  entries: readonly Entry[];
  /** When each entry was taken, in their order. What is asked now has no instant yet. */
  recorded: readonly number[];
  deposits: Deposit[];
  holds: Hold[];
  limits: readonly Limit[];
  answered: ReadonlyMap<string, { readonly fingerprint: string; readonly entries: readonly Entry[] }>;
}

export type Refusal =
  | 'CONFLICT'
  | 'INSUFFICIENT'
  | 'LIMITED'
  | 'OVERFLOW'
  | 'NO_LIMIT'
  | 'NO_HOLD'
  | 'HOLD_ENDED'
  | 'EXPIRED'
  | 'REFUSED';
export type Answer = { readonly entries: readonly Entry[]; readonly replayed: boolean } | Refusal;
export class Refused extends Error {
  readonly why: Refusal;

  constructor(why: Refusal) {
    super(why);
    this.why = why;
  }
}

export const newAccount = (): Account => ({
  entries: [],
  recorded: [],
  deposits: [],
  holds: [],
  limits: [],
  answered: new Map(),
});

/**
 * Time first; its changes stay even if the request is refused. A request that moves nothing leaves
 * its key free.
 */
export function answer(account: Account, { asks, key, fingerprint }: Request, now: number): Answer {
  letTimePass(account, now);
  record(account, now);
  const first = key === null ? undefined : account.answered.get(key);
  if (first) return first.fingerprint === fingerprint ? { entries: first.entries, replayed: true } : 'CONFLICT';
  const draft = copyOf(account);
  try {
    for (const ask of asks) act(draft, ask, now);
  } catch (error) {
    if (error instanceof Refused) return error.why;
    throw error;
  }
  const entries = draft.entries.slice(account.entries.length);
  if (key !== null && entries.length > 0) draft.answered = new Map(draft.answered).set(key, { fingerprint, entries });
  record(draft, now);
  Object.assign(account, draft);
  return { entries, replayed: false };
}

function record(account: Account, now: number): void {
  account.recorded = account.entries.map((_, index) => account.recorded[index] ?? now);
}

function act(account: Account, ask: Ask, now: number): void {
  if (ask.verb === 'grant') give(account, ask, now);
  else if (ask.verb === 'use') use(account, ask, now);
  else if (ask.verb === 'hold') hold(account, ask, now);
  else if (ask.verb === 'settle') settle(account, ask, now);
  else if (ask.verb === 'release') release(account, ask, now);
  else if (ask.verb === 'reverse') reverse(account, ask, now);
  else if (ask.verb === 'adjust') adjust(account, ask, now);
  else if (ask.verb === 'opening') begin(account, ask, now);
  else if (ask.verb === 'void') voidDeposit(account, ask, now);
  else if (ask.verb === 'end') endPurchase(account, ask, now);
  else if (ask.verb === 'limit') limitPurchase(account, ask, now);
  else if (ask.verb === 'bound') bound(account, ask);
  else unbound(account, ask);
}

function copyOf({ deposits, holds, ...rest }: Account): Account {
  return { ...rest, deposits: deposits.map((deposit) => ({ ...deposit })), holds: holds.map((each) => ({ ...each })) };
}
