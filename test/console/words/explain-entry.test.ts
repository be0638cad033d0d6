import { describe, expect, it } from 'vitest';
import type { EntryRowFragment } from '../../../packages/console/src/documents/generated/graphql.ts';
import { amountText, changeText, isBelowZero, isZero } from '../../../packages/console/src/words/amount-text.ts';
import { explainEntry, explainGrants } from '../../../packages/console/src/words/explain-entry.ts';

const MESSAGES = { id: 'messages', name: 'Messages' };
const PLAN = { key: 'top_up@1', id: 'top_up', name: 'Top-up' };
const TEN_DOLLARS = { amount: '10', currency: 'usd' };
const BOUGHT = { id: 'gr_1', origin: 'BOUGHT', purchase: { id: 'pu_1', plan: PLAN } } as const;
const INCLUDED = { id: 'gr_2', origin: 'INCLUDED', purchase: { id: 'pu_2', plan: { ...PLAN, name: 'Free' } } } as const;
const OVERDRAFT = { id: 'gr_3', origin: 'OVERDRAFT', purchase: null } as const;

function entry(facts: Partial<EntryRowFragment>): EntryRowFragment {
  return {
    ...{ id: 'user:2', sequence: 2, kind: 'USAGE', amount: '0', held: '0', requested: null, applied: null, units: null },
    ...{ remainingBefore: '10', remainingAfter: '10', occurredAt: '2026-11-28T14:00:00Z', recordedAt: '2026-11-28T14:00:00Z' },
    ...{ idempotencyKey: null, requestId: null, actorId: null, reason: null, properties: null, feature: MESSAGES, cause: null },
    ...{ hold: null, purchase: null, payment: null, refund: null, dispute: null, allocations: [] },
    ...facts,
  };
}
const allocation = (grant: EntryRowFragment['allocations'][number]['grant'], amount: string, more = {}) => ({
  ...{ amount, granted: '0', held: '0', lost: '0', unlimitedUse: '0', grant },
  ...more,
});
const CREDITS_FOR = { id: 'user:1', sequence: 1, feature: { id: 'images', name: 'Images' } };
const REFUND = { id: 're_1', reason: null, amount: TEN_DOLLARS };
const DISPUTE = { id: 'du_1', reason: null, amount: TEN_DOLLARS };

describe('an entry of the ledger is explained', () => {
  it.each<[says: string, facts: Partial<EntryRowFragment>]>([
    ['5 used', { amount: '-5', requested: '5', applied: '5' }],
    ['3 used of 5 that were asked for', { amount: '-3', requested: '5', applied: '3' }],
    ['2.5 paid for 1 of Images', { amount: '-2.5', units: '1', cause: CREDITS_FOR }],
    ['4 used, which settles a hold', { kind: 'SETTLE', amount: '1', requested: '4', applied: '4' }],
    ['7 reserved', { kind: 'HOLD', amount: '-7', held: '7' }],
    [
      '7 of a hold given back, because it was not ended in time',
      { kind: 'RELEASE', amount: '7', hold: { id: 'ho_1', status: 'EXPIRED' } },
    ],
    ['100 given by hand', { kind: 'GRANT', amount: '100' }],
    [
      '1,200 from Top-up, which $10 paid for',
      { kind: 'GRANT', amount: '1200', purchase: { id: 'pu_1', plan: PLAN }, payment: { id: 'pa_1', amount: TEN_DOLLARS } },
    ],
    ['10 from Top-up', { kind: 'GRANT', amount: '10', purchase: { id: 'pu_1', plan: PLAN } }],
    ['3 given back of the use in entry 1', { kind: 'REVERSAL', amount: '3', cause: CREDITS_FOR }],
    ['Corrected from 10 to 4.5', { kind: 'ADJUSTMENT', amount: '-5.5', remainingAfter: '4.5' }],
    ['A new period: filled up from 10 to 500', { kind: 'RESET', amount: '490', remainingAfter: '500' }],
    ['20 carried over into the new period', { kind: 'ROLLOVER', amount: '20' }],
    ['6 left unused when their time was over', { kind: 'EXPIRY', amount: '-6' }],
    ['6 ended early', { kind: 'VOID', amount: '-6' }],
    [
      '40 taken back of 100, because $10 went back to the customer',
      { kind: 'CLAWBACK', amount: '-40', requested: '100', refund: REFUND },
    ],
    [
      '100 taken back, because the customer disputes $10',
      { kind: 'CLAWBACK', amount: '-100', requested: '100', dispute: DISPUTE },
    ],
    ['100 given again, because the dispute was won', { kind: 'REINSTATEMENT', amount: '100', dispute: DISPUTE }],
    ['100 given again, because the refund failed', { kind: 'REINSTATEMENT', amount: '100', refund: REFUND }],
  ])('%s', (says, facts) => {
    expect(explainEntry(entry(facts))).toBe(says);
  });

  it('with the grants that it took from, gave to and reserved of, in their order', () => {
    const taken = [allocation(INCLUDED, '-2'), allocation(BOUGHT, '-1'), allocation(OVERDRAFT, '-4')];
    expect(explainGrants(entry({ allocations: taken }))).toBe(
      '2 from what was included in Free, 1 from what was bought with Top-up, 4 from the overdraft',
    );
    const others = [
      allocation(BOUGHT, '5'),
      allocation(BOUGHT, '0', { held: '3' }),
      allocation(INCLUDED, '0', { unlimitedUse: '9' }),
    ];
    expect(explainGrants(entry({ allocations: others }))).toBe(
      '5 to what was bought with Top-up, 3 reserved of what was bought with Top-up, 9 without a limit, included in Free',
    );
    expect(explainGrants(entry({ allocations: [allocation(BOUGHT, '0')] }))).toBeUndefined();
  });
});

describe('an amount', () => {
  it.each([
    ['1234567.000000000001', '1,234,567.000000000001', '+1,234,567.000000000001'],
    ['-1000', '−1,000', '−1,000'],
    ['99999999999999999999999999', '99,999,999,999,999,999,999,999,999', '+99,999,999,999,999,999,999,999,999'],
    ['0', '0', '0'],
    ['what?', 'what?', '+what?'],
  ])('%s is written as %s, and as a change as %s', (decimal, amount, change) => {
    expect([amountText(decimal), changeText(decimal)]).toEqual([amount, change]);
  });

  it('is told apart by its sign', () => {
    expect(['0', '-0', '0.00', '0.1', '-0.1', '10'].map(isZero)).toEqual([true, true, true, false, false, false]);
    expect(['0', '-0', '-0.1', '1'].map(isBelowZero)).toEqual([false, false, true, false]);
  });
});
