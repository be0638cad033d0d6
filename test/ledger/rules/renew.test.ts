import { describe, expect, test } from 'vitest';
import type { NewGrant, Posting } from '../../../src/ledger/model/posting.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { balanceIn, live, liveOn } from '../account.ts';
import { FEATURE, grant, use } from '../postings.ts';

const START = '2026-01-31T12:00:00.000Z';
const monthFrom = (start: string, end: string) => ({ start: new Date(start), end: new Date(end) });
const FIRST = monthFrom('2026-01-31T12:00:00.000Z', '2026-02-28T12:00:00.000Z');
const SECOND = monthFrom('2026-02-28T12:00:00.000Z', '2026-03-31T12:00:00.000Z');
const SECOND_HALF = monthFrom('2026-02-14T12:00:00.000Z', '2026-03-14T12:00:00.000Z');

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

  test('of a period that is over gives nothing, although all of the later one has ended', () => {
    const ending: Posting = { verb: 'end', featureId: FEATURE, purchaseId: 'pu_1', reason: null };
    const { state } = live([START, renew('second', SECOND), ending]);
    expect(balanceIn(liveOn(state, [START, renew('first', FIRST)]).state).remaining).toBe(0n);
  });

  test('twice gives its period once, and a second payment of it gives it again', () => {
    const { state } = live([START, renew('first', FIRST, { paymentId: 'pay_1' })]);
    expect(liveOn(state, [START, renew('again', FIRST, { paymentId: 'pay_1' })]).entries).toEqual([]);
    expect(liveOn(state, [START, renew('more', FIRST, { paymentId: 'pay_2' })]).told).toMatchObject([{ kind: 'GRANT' }]);
  });

  test('counts what was carried within a period, and a reset what was carried by a renewal', () => {
    const rollover = { max: decimal('25'), maxPercentage: null, expiresAfter: null };
    const anchor = { continues: { anchor: FIRST.start, used: 0n, usedUntil: null }, resetsUntil: SECOND.end };
    const daily = { rollover, reset: { unit: 'WEEK', count: 1 }, paymentId: 'pay_1', ...anchor } as const;
    const { state } = live(
      [START, renew('first', FIRST, { rollover })],
      [SECOND.start.toISOString(), renew('second', SECOND, daily)],
    );
    const { entries } = liveOn(state, ['2026-03-08T12:00:00Z'], ['2026-03-09T12:00:00Z', use('10')], ['2026-03-15T12:00:00Z']);
    expect(entries.filter(({ kind }) => kind === 'ROLLOVER')).toMatchObject([{ amount: decimal('10'), paymentId: 'pay_1' }]);
  });

  test('in the place of another purchase begins with the use that was credited', () => {
    const { state } = live([START, renew('first', FIRST), use('70')]);
    const { state: after, told } = liveOn(state, [START, inPlaceOf('pu_1', { amount: 5n, of: 10n })]);
    // 50 of the first 100 are paid for, and the other 20 that were used stay used.
    expect(told).toMatchObject([
      { kind: 'EXPIRY', amount: '-30' },
      { kind: 'GRANT', amount: '280' },
    ]);
    expect(balanceIn(after)).toMatchObject({ remaining: decimal('280'), granted: decimal('300') });
  });

  test('in the place of another purchase keeps what is bought once, and moves what is given once', () => {
    const once = grant('once', '9');
    const bought = grant('bought', '7');
    if (once.verb !== 'grant' || bought.verb !== 'grant') throw new Error('not a grant');
    const { state } = live([
      START,
      { ...once, grant: { ...once.grant, origin: 'INCLUDED', purchaseId: 'pu_1' } },
      { ...bought, grant: { ...bought.grant, origin: 'BOUGHT', purchaseId: 'pu_1' } },
    ]);
    const { state: after, told } = liveOn(state, [START, inPlaceOf('pu_1', { amount: 0n, of: 10n })]);
    expect(told).toMatchObject([{ kind: 'EXPIRY', amount: '-9' }, { kind: 'ROLLOVER', amount: '9' }, { kind: 'GRANT' }]);
    expect(balanceIn(after).remaining).toBe(decimal('316'));
  });
});

function inPlaceOf(purchaseId: string, credit: { amount: bigint; of: bigint }): Posting {
  const posting = renew('another', SECOND_HALF, { purchaseId: 'pu_2', amount: decimal('300') });
  if (posting.verb !== 'renew') throw new Error('not a renewal');
  return { ...posting, purchaseId: 'pu_2', takesPlaceOf: { purchaseId, credit } };
}
