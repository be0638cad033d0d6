import { describe, expect, test } from 'vitest';
import type { Invoice, Subscription } from '../../../src/purchases/model/provider-subscriptions.ts';
import type { PurchaseStatus } from '../../../src/purchases/model/types.ts';
import { changesOf } from '../../../src/purchases/renewals/standing.ts';

const MARCH = { start: new Date('2026-03-01'), end: new Date('2026-04-01') };
const NOW = new Date('2026-03-15');
const LATER = new Date('2026-04-02');
const ONE = { amount: 1n, currency: 'usd' };

const purchase = (status: PurchaseStatus, changes: object = {}) => ({
  ...{ id: 'pu_1', status, currentPeriodEnd: MARCH.end, cancelAtPeriodEnd: false, endsAt: null },
  ...changes,
});
const subscription = (changes: Partial<Subscription> = {}): Subscription => ({
  ...{ id: 'sub_1', purchaseId: 'pu_1', installationId: null, status: 'active', period: MARCH, invoices: [] },
  ...{ cancelAtPeriodEnd: false, endsAt: null, endedAt: null, openedIn: { account: null, live: false } },
  ...changes,
});
const unpaid = (createdAt: Date): Invoice => ({
  ...{ id: 'in_2', purchaseId: 'pu_1', status: 'open', paid: ONE, due: ONE, chargeId: null, invoiceUrl: null },
  ...{ lines: [], createdAt, paidAt: null, attempts: 1 },
});

describe('a purchase that the customer has', () => {
  test('changes nothing while its subscription is paid', () => {
    expect(changesOf(purchase('ACTIVE'), subscription(), NOW)).toEqual([]);
  });

  test('becomes PAST_DUE since the invoice that is not paid, and ACTIVE again', () => {
    const since = new Date('2026-04-01T01:00:00Z');
    const late = subscription({ status: 'past_due', invoices: [unpaid(since)] });
    expect(changesOf(purchase('ACTIVE'), late, LATER)).toEqual([{ kind: 'pastDue', since }]);
    expect(changesOf(purchase('PAST_DUE'), late, LATER)).toEqual([]);
    expect(changesOf(purchase('PAST_DUE'), subscription(), LATER)).toEqual([{ kind: 'recover' }]);
  });

  test('becomes PAST_DUE while its subscription is paused only once the paid period is over', () => {
    expect(changesOf(purchase('ACTIVE'), subscription({ status: 'paused' }), NOW)).toEqual([]);
    expect(changesOf(purchase('ACTIVE'), subscription({ status: 'paused' }), LATER)).toEqual([
      { kind: 'pastDue', since: MARCH.end },
    ]);
  });

  test('ends where the provider gave up, or the subscription ended', () => {
    expect(changesOf(purchase('PAST_DUE'), subscription({ status: 'unpaid' }), LATER)).toMatchObject([{ kind: 'end' }]);
    const ended = subscription({ status: 'ended', endedAt: NOW });
    expect(changesOf(purchase('ACTIVE'), ended, LATER)).toEqual([{ kind: 'end', at: null, reason: 'its subscription ended' }]);
    const over = subscription({ status: 'ended', endedAt: MARCH.end, cancelAtPeriodEnd: true });
    expect(changesOf(purchase('ACTIVE'), over, LATER)).toEqual([{ kind: 'end', at: MARCH.end, reason: 'its period ended' }]);
  });

  test('ends with its period once the subscription does, and no more once that is taken back', () => {
    const ending = subscription({ cancelAtPeriodEnd: true, endsAt: MARCH.end });
    expect(changesOf(purchase('ACTIVE'), ending, NOW)).toEqual([{ kind: 'setEnd', at: MARCH.end }]);
    const scheduled = purchase('ACTIVE', { cancelAtPeriodEnd: true, endsAt: MARCH.end });
    expect(changesOf(scheduled, ending, NOW)).toEqual([]);
    expect(changesOf(scheduled, subscription(), NOW)).toEqual([{ kind: 'setEnd', at: null }]);
  });
});

describe('a purchase that has ended', () => {
  test.each(['CANCELED', 'REFUNDED'] as const)('%s: its subscription is ended at the provider', (status) => {
    expect(changesOf(purchase(status), subscription(), NOW)).toEqual([{ kind: 'endAtProvider' }]);
    expect(changesOf(purchase(status), subscription({ status: 'unpaid' }), NOW)).toEqual([{ kind: 'endAtProvider' }]);
    expect(changesOf(purchase(status), subscription({ status: 'ended' }), NOW)).toEqual([]);
  });

  test('leaves a subscription alone that stands for another purchase by now', () => {
    expect(changesOf(purchase('CANCELED'), subscription({ purchaseId: 'pu_2' }), NOW)).toEqual([]);
  });
});

test.each(['PENDING', 'FAILED', 'EXPIRED'] as const)('a %s purchase only waits for its first invoice', (status) => {
  expect(changesOf(purchase(status), subscription({ status: 'incomplete' }), NOW)).toEqual([]);
});
