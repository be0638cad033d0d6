/** Short names for postings, and for the entries that come of them. */

import type { NewGrant, Posting, PostingOf } from '../../src/ledger/model/posting.ts';
import type { Credit, Grant, LedgerEntry, ShortfallPolicy } from '../../src/ledger/model/types.ts';
import { decimal, formatDecimal } from '../../src/values/decimal.ts';

export const FEATURE = 'messages';

/** A grant by hand that neither resets nor ends, unless the request says otherwise. */
export function grant(id: string, amount: string, request: Partial<NewGrant> = {}): Extract<Posting, { verb: 'grant' }> {
  const plain = {
    origin: 'MANUAL',
    purchaseId: null,
    unlimited: false,
    reset: null,
    rollover: null,
    expiresAt: null,
  } as const;
  return { verb: 'grant', grant: { ...plain, id, featureId: FEATURE, amount: decimal(amount), ...request }, reason: null };
}

export function unlimited(id: string, request: Partial<NewGrant> = {}): Posting {
  return grant(id, '0', { unlimited: true, ...request });
}

export function use(
  amount: string,
  onShortfall: ShortfallPolicy = 'CAP',
  featureId = FEATURE,
): Extract<Posting, { verb: 'track' }> {
  return { verb: 'track', featureId, amount: decimal(amount), onShortfall, credits: [], properties: null, occurredAt: null };
}

export const DAILY = { unit: 'DAY', count: 1 } as const;
export const MONTHLY = { unit: 'MONTH', count: 1 } as const;

/** A grant that is filled up every month. */
export function monthly(id: string, amount: string, request: Partial<NewGrant> = {}): PostingOf<'grant'> {
  return grant(id, amount, { reset: MONTHLY, ...request });
}

/** What one unit costs in the credits of each system. */
export function credits(costs: Readonly<Record<string, string>>): readonly Credit[] {
  return Object.entries(costs).map(([featureId, cost]) => ({ featureId, cost: decimal(cost) }));
}

export function hold(holdId: string, amount: string, request: Partial<PostingOf<'hold'>> = {}): PostingOf<'hold'> {
  const expiresInMs = 10 * 365 * 86_400_000;
  return { verb: 'hold', holdId, featureId: FEATURE, amount: decimal(amount), credits: [], expiresInMs, ...request };
}

export function settle(holdId: string, amount: string, request: Partial<PostingOf<'settle'>> = {}): PostingOf<'settle'> {
  return { verb: 'settle', holdId, amount: decimal(amount), credits: [], properties: null, ...request };
}

export function release(holdId: string): Posting {
  return { verb: 'release', holdId };
}

/** Gives the use of this number back: all that is left of it, or so much. */
export function reverse(sequence: bigint, amount?: string): Posting {
  return { verb: 'reverse', sequence, amount: amount === undefined ? null : decimal(amount), reason: null };
}

/** An entry in a line: what moved, which way, and when. */
export function line({ kind, amount, occurredAt }: Pick<LedgerEntry, 'kind' | 'amount' | 'occurredAt'>): string {
  return `${kind} ${formatDecimal(amount)} ${occurredAt.toISOString()}`;
}

/** An entry in words: what moved, from which grants, and what the balance was then. */
export function tell({ kind, amount, requested, allocations, after }: LedgerEntry) {
  return {
    kind,
    amount: formatDecimal(amount),
    requested: requested === null ? null : formatDecimal(requested),
    allocations: allocations.map(({ grantId, amount: part, unlimitedUse }) => {
      const from = grantId.startsWith('od_') ? 'overdraft' : grantId;
      return `${from} ${formatDecimal(part)}${unlimitedUse === 0n ? '' : ` used ${formatDecimal(unlimitedUse)}`}`;
    }),
    granted: formatDecimal(after.granted),
    remaining: formatDecimal(after.remaining),
    usage: formatDecimal(after.usage),
  };
}

/** A grant as the burn-down order and the state see it: plain, apart from the test's own values. */
export function grantRow(facts: Partial<Grant> = {}): Grant {
  return {
    customerId: 'ada',
    id: 'g',
    featureId: FEATURE,
    origin: 'MANUAL',
    purchaseId: null,
    granted: decimal('100'),
    remaining: decimal('100'),
    held: 0n,
    unlimited: false,
    unlimitedUse: 0n,
    reset: null,
    nextResetAt: null,
    rollover: null,
    expiresAt: null,
    createdAt: new Date('2026-01-01T00:00:00Z'),
    sequence: 1n,
    lowered: 0n,
    endedAt: null,
    endedSequence: null,
    paymentId: null,
    period: null,
    resetsUntil: null,
    lapsed: 0n,
    unlimitedTaken: false,
    takenBack: 0n,
    owed: 0n,
    ...facts,
  };
}
