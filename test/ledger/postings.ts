/** The shortest way to say what is posted, and what became of it. */
import { decimal, formatDecimal } from '../../src/decimal.ts';
import type { NewGrant, Posting } from '../../src/ledger/posting.ts';
import type { Grant, LedgerEntry, ShortfallPolicy } from '../../src/ledger/types.ts';

export const FEATURE = 'messages';

/** A grant by hand that neither resets nor ends, unless the wish says otherwise. */
export function grant(id: string, amount: string, wish: Partial<NewGrant> = {}): Extract<Posting, { verb: 'grant' }> {
  const plain = {
    origin: 'MANUAL',
    purchaseId: null,
    unlimited: false,
    reset: null,
    rollover: null,
    expiresAt: null,
  } as const;
  return { verb: 'grant', grant: { ...plain, id, featureId: FEATURE, amount: decimal(amount), ...wish }, reason: null };
}

export function unlimited(id: string, wish: Partial<NewGrant> = {}): Posting {
  return grant(id, '0', { unlimited: true, ...wish });
}

export function use(
  amount: string,
  onShortfall: ShortfallPolicy = 'CAP',
  featureId = FEATURE,
): Extract<Posting, { verb: 'use' }> {
  return { verb: 'use', featureId, amount: decimal(amount), onShortfall, credits: [], properties: null, occurredAt: null };
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

/** A grant as the burn-down order and the state see it: plain, but for what the test is about. */
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
    endedAt: null,
    endedSequence: null,
    ...facts,
  };
}
