import { describe, expect, test } from 'vitest';
import type { NewGrant, Posting } from '../../../src/ledger/model/posting.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { balanceIn, live, liveOn } from '../account.ts';
import { FEATURE, grant, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const monthFrom = (start: string, end: string) => ({ start: new Date(start), end: new Date(end) });
const FIRST = monthFrom('2026-01-31T12:00:00.000Z', '2026-02-28T12:00:00.000Z');
const SECOND = monthFrom('2026-02-28T12:00:00.000Z', '2026-03-31T12:00:00.000Z');

function renew(id: string, period: typeof FIRST, terms: Partial<NewGrant> = {}): Posting {
  const posting = grant(id, '100');
  if (posting.verb !== 'grant') throw new Error('not a grant');
  const given = { ...posting.grant, origin: 'INCLUDED', purchaseId: 'pu_1', ...terms } as const;
  return { verb: 'renew', featureId: FEATURE, purchaseId: 'pu_1', grants: [given], period, reason: null };
}

describe('a renewal', () => {
  test('ends what is unused of the period before, and nothing of other grants', () => {
    const { state } = live([START, grant('other', '7'), renew('first', FIRST), use('30')]);
    const { state: after, told } = liveOn(state, [START, renew('second', SECOND)]);
    expect(told).toMatchObject([
      { kind: 'EXPIRY', amount: '-70' },
      { kind: 'GRANT', amount: '100' },
    ]);
    expect(balanceIn(after).remaining).toBe(decimal('107'));
  });

  test('carries on what rolls over, up to its maximum', () => {
    const rollover = { max: decimal('25'), maxPercentage: null, expiresAfter: null };
    const { state } = live([START, renew('first', FIRST, { rollover }), use('30')]);
    const { state: after, told } = liveOn(state, [START, renew('second', SECOND, { rollover })]);
    expect(told).toMatchObject([{ kind: 'ROLLOVER', amount: '25' }, { kind: 'EXPIRY', amount: '-70' }, { kind: 'GRANT' }]);
    expect(balanceIn(after).remaining).toBe(decimal('125'));
  });

  test('of a period that is over gives nothing that can still be used', () => {
    const { state } = live([START, renew('second', SECOND)]);
    const { state: after, told } = liveOn(state, [START, renew('first', FIRST)]);
    expect(told).toMatchObject([
      { kind: 'GRANT', amount: '100' },
      { kind: 'EXPIRY', amount: '-100' },
    ]);
    expect(balanceIn(after).remaining).toBe(decimal('100'));
  });
});
