import { describe, expect, test } from 'vitest';
import { GrantExpiredError } from '../../../src/ledger/model/errors.ts';
import type { Posting } from '../../../src/ledger/model/posting.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { grantsIn, NEW_ACCOUNT, post, postAfter } from '../account.ts';
import { FEATURE, grant, unlimited, use } from '../postings.ts';

function opening(amount: string, expiresAt: string | null = null): Posting {
  const expires = expiresAt === null ? null : new Date(expiresAt);
  return { verb: 'opening', featureId: FEATURE, grantId: 'o', amount: decimal(amount), expiresAt: expires, reason: 'moved' };
}

describe('an opening', () => {
  test('above zero is a grant by hand with its expiry', () => {
    const { told, entry, state } = post(opening('90', '2026-03-01T00:00:00Z'));
    expect(told).toMatchObject({ kind: 'GRANT', amount: '90', granted: '90', remaining: '90', usage: '0' });
    expect(entry).toMatchObject({ reason: 'moved', applied: null });
    expect(grantsIn(state)).toMatchObject([{ id: 'o', origin: 'MANUAL', expiresAt: new Date('2026-03-01T00:00:00Z') }]);
  });

  test('that has expired is refused', () => {
    expect(() => post(opening('90', '2026-01-31T12:00:00Z'))).toThrow(GrantExpiredError);
  });

  test('below zero is an overdraft, which counts as used until it is repaid', () => {
    const { told, state } = post(opening('-5'));
    expect(told).toMatchObject({ kind: 'ADJUSTMENT', amount: '-5', granted: '0', remaining: '-5', usage: '5' });
    expect(grantsIn(state)).toMatchObject([{ origin: 'OVERDRAFT', remaining: decimal('-5') }]);
    const repaid = postAfter(state, grant('g', '100'));
    expect(repaid.told).toMatchObject({ amount: '100', granted: '100', remaining: '95', usage: '5' });
    expect(postAfter(repaid.state, use('95')).told).toMatchObject({ remaining: '0', usage: '100' });
  });

  test('below zero takes from what is there first, never from what is unlimited', () => {
    const { state, told } = postAfter(post(grant('g', '3')).state, opening('-5'));
    expect(told).toMatchObject({ amount: '-5', granted: '0', remaining: '-2', usage: '2' });
    expect(grantsIn(state).map(({ remaining }) => remaining)).toEqual(expect.arrayContaining([0n, decimal('-2')]));
    expect(postAfter(post(unlimited('u')).state, opening('-5')).told).toMatchObject({ remaining: '-5', usage: '5' });
  });

  test('of zero is an entry that moves nothing', () => {
    const { told, state } = postAfter(NEW_ACCOUNT, opening('0'));
    expect(told).toMatchObject({ kind: 'ADJUSTMENT', amount: '0', remaining: '0', allocations: [] });
    expect(state.sequence).toBe(1n);
  });
});
