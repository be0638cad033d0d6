/**
 * Limits what each caller may consume over time, in points: about one for each value that an answer
 * may hold.
 *
 * A customer token, its customer and a secret key have one bucket each, which refills within a
 * minute. A request is accepted only if all of its buckets hold its cost. A secret key also has a
 * number of guaranteed uses per second beside its budget. The buckets belong to this process, so
 * several processes give several budgets.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../values/clock.ts';
import { RateLimitedError } from '../values/errors.ts';
import type { Actor } from './actor.ts';
import { type Bucket, fullBucket, msUntil, owe, type Rate, refill, spend } from './bucket.ts';

export interface Caller {
  readonly actor: Actor;
  /** Identifies the key or token without revealing it. */
  readonly credentialId: string;
}

/** Points a minute. */
export interface BudgetLimits {
  readonly perToken: number;
  readonly perCustomer: number;
  readonly perKey: number;
}

/**
 * A page costs some hundred points to open and about twenty for each change. A token has room for a
 * thousand pages a minute, and a key for everything that one process can answer.
 */
export const BUDGETS: BudgetLimits = { perToken: 300_000, perCustomer: 600_000, perKey: 60_000_000 };

/**
 * Uses and questions (track, check) of a secret key that are accepted each second, independent of
 * its budget.
 */
export const GUARANTEED_PER_SECOND = 1_000;

/** The state of a caller's budget, by the bucket with the fewest points. */
export interface Account {
  readonly limit: number;
  readonly remaining: number;
  /** The time at which it is full again. */
  readonly resetAt: Date;
}

export interface Spending {
  /**
   * 0 where the points were taken. Otherwise nothing was taken, and this is the time until they can
   * be.
   */
  readonly waitMs: number;
  readonly account: Account;
}

export interface Budgets {
  /** Takes all of the points, or none. */
  spend(caller: Caller, points: number): Spending;
  /**
   * Takes the points for work that is done already. Missing points become a debt, which is refilled
   * before anything else is taken.
   */
  deduct(caller: Caller, points: number): void;
  /**
   * Takes guaranteed uses of this second, and no points. `waitMs` is above 0 where they are used
   * up.
   */
  spendGuaranteed(caller: Caller, uses: number): Spending;
  /** The number of buckets in memory. */
  readonly size: number;
}

export function openBudgets({ clock, ...limits }: { readonly clock: Clock } & Partial<BudgetLimits>): Budgets {
  const { perToken, perCustomer, perKey } = { ...BUDGETS, ...limits };
  const tokens = openBuckets({ limit: perToken, periodMs: 60_000 });
  const customers = openBuckets({ limit: perCustomer, periodMs: 60_000 });
  const keys = openBuckets({ limit: perKey, periodMs: 60_000 });
  const guaranteed = openBuckets({ limit: GUARANTEED_PER_SECOND, periodMs: 1_000 });

  function bucketsOf({ actor, credentialId }: Caller): readonly (readonly [Buckets, string])[] {
    if (actor.kind === 'app') return [[keys, credentialId]];
    return [
      [tokens, credentialId],
      [customers, actor.customerId],
    ];
  }

  function accountOf(caller: Caller, nowMs: number): Account {
    if (caller.actor.kind === 'app') return keys.account(caller.credentialId, nowMs);
    const accounts = bucketsOf(caller).map(([buckets, id]) => buckets.account(id, nowMs));
    return accounts.reduce((least, account) => (account.remaining < least.remaining ? account : least));
  }

  return {
    get size() {
      return tokens.size + customers.size + keys.size + guaranteed.size;
    },
    spend(caller, points) {
      const nowMs = clock.now().getTime();
      const own = bucketsOf(caller);
      const waitMs = Math.max(...own.map(([buckets, id]) => buckets.msUntil(id, points, nowMs)));
      if (waitMs === 0) for (const [buckets, id] of own) buckets.spend(id, points, nowMs);
      return { waitMs, account: accountOf(caller, nowMs) };
    },
    deduct(caller, points) {
      const nowMs = clock.now().getTime();
      for (const [buckets, id] of bucketsOf(caller)) buckets.owe(id, points, nowMs);
    },
    spendGuaranteed(caller, uses) {
      const nowMs = clock.now().getTime();
      const { credentialId, actor } = caller;
      const waitMs = actor.kind === 'app' ? guaranteed.msUntil(credentialId, uses, nowMs) : Number.POSITIVE_INFINITY;
      if (waitMs === 0) guaranteed.spend(credentialId, uses, nowMs);
      return { waitMs, account: accountOf(caller, nowMs) };
    },
  };
}

/** @param authorization The text of the Authorization header. */
export function credentialIdOf(authorization: string): string {
  const credential = authorization.trim().replace(/^bearer +/i, '');
  return createHash('sha256').update(credential).digest('base64url');
}

export function overBudget({ waitMs, account }: Spending): RateLimitedError {
  const seconds = Math.ceil(waitMs / 1_000);
  const message =
    `The budget of ${account.limit} points a minute is used up: ${account.remaining} are left, and this costs more. ` +
    `Nothing was done: try again in ${seconds} s, or ask for less.`;
  return new RateLimitedError(message, seconds);
}

/** The account as headers, with GitHub's names. */
export function budgetHeaders({ limit, remaining, resetAt }: Account): Readonly<Record<string, string>> {
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-used': String(limit - remaining),
    'x-ratelimit-reset': String(Math.ceil(resetAt.getTime() / 1_000)),
  };
}

interface Buckets {
  readonly size: number;
  msUntil(id: string, points: number, nowMs: number): number;
  spend(id: string, points: number, nowMs: number): void;
  owe(id: string, points: number, nowMs: number): void;
  account(id: string, nowMs: number): Account;
}

/**
 * One bucket for each id. Full buckets are forgotten, so memory holds only what was spent within a
 * period.
 */
function openBuckets(rate: Rate): Buckets {
  const buckets = new Map<string, Bucket>();
  let sweepAt = 1_000;
  const now = (id: string, nowMs: number): Bucket => {
    const bucket = buckets.get(id);
    return bucket ? refill(bucket, rate, nowMs) : fullBucket(rate, nowMs);
  };

  function keep(id: string, bucket: Bucket, nowMs: number): void {
    buckets.set(id, bucket);
    if (buckets.size >= sweepAt) sweep(nowMs);
  }

  function sweep(nowMs: number): void {
    for (const [id, bucket] of buckets) if (refill(bucket, rate, nowMs).points >= rate.limit) buckets.delete(id);
    sweepAt = Math.max(1_000, buckets.size * 2);
  }

  return {
    get size() {
      return buckets.size;
    },
    msUntil: (id, points, nowMs) => msUntil(points, now(id, nowMs), rate),
    spend: (id, points, nowMs) => keep(id, spend(points, now(id, nowMs)), nowMs),
    owe: (id, points, nowMs) => keep(id, owe(points, now(id, nowMs), rate), nowMs),
    account(id, nowMs) {
      const bucket = now(id, nowMs);
      const resetAt = new Date(nowMs + msUntil(rate.limit, bucket, rate));
      return { limit: rate.limit, remaining: Math.max(0, Math.floor(bucket.points)), resetAt };
    },
  };
}
