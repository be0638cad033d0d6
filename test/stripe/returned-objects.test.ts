import type Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { toDispute, toFraudWarning, toRefund } from '../../src/stripe/returned-objects.ts';
import { decimal } from '../../src/values/decimal.ts';

const usd = (amount: string) => ({ amount: decimal(amount), currency: 'usd' });
const PAID = usd('20');

/** The parts of Stripe's objects that are read; the types have many more. */
function refund(parts: Partial<Stripe.Refund>): Stripe.Refund {
  const given = { id: 're_1', object: 'refund', amount: 500, currency: 'usd', created: 1_795_000_000, status: 'succeeded' };
  return { ...given, reason: null, metadata: {}, ...parts } as Stripe.Refund;
}

type Moves = readonly { readonly amount: number; readonly currency?: string }[];

function dispute(status: string, moves: Moves, parts: Partial<Stripe.Dispute> = {}): Stripe.Dispute {
  const given = { id: 'du_1', object: 'dispute', amount: 2_000, currency: 'usd', created: 1_795_000_000, reason: 'fraudulent' };
  const transactions = moves.map((move) => ({ currency: 'usd', ...move }));
  return { ...given, status, balance_transactions: transactions, ...parts } as Stripe.Dispute;
}

describe("a refund of Stripe's", () => {
  it.each([
    ['pending', 'PENDING'],
    ['requires_action', 'PENDING'],
    ['succeeded', 'SUCCEEDED'],
    ['failed', 'FAILED'],
    ['canceled', 'FAILED'],
    ['of a newer version', 'PENDING'],
  ])('that is %s is %s', (status, expected) => {
    expect(toRefund(refund({ status }), 'inst_1').status).toBe(expected);
  });

  it('names the refund of this Brim that it carries out, and of no other', () => {
    const metadata = { brim_refund_id: 'ref_1', brim_installation_id: 'inst_1' };
    expect(toRefund(refund({ metadata }), 'inst_1')).toMatchObject({ id: 're_1', refundId: 'ref_1', amount: usd('5') });
    expect(toRefund(refund({ metadata }), 'inst_2').refundId).toBeNull();
    expect(toRefund(refund({ metadata: {} }), 'inst_1').refundId).toBeNull();
  });

  it('says why it failed', () => {
    const failed = refund({ status: 'failed', failure_reason: 'expired_or_canceled_card' });
    expect(toRefund(failed, 'inst_1')).toMatchObject({ status: 'FAILED', failureReason: 'expired_or_canceled_card' });
  });
});

describe("a dispute of Stripe's", () => {
  const taken = [{ amount: -2_000 }];
  it.each([
    ['warning_needs_response', [], 'OPEN', '0'],
    ['warning_under_review', [], 'OPEN', '0'],
    ['warning_closed', [], 'WON', '0'],
    ['needs_response', [], 'OPEN', '0'],
    ['needs_response', taken, 'OPEN', '20'],
    ['under_review', taken, 'OPEN', '20'],
    ['won', [...taken, { amount: 2_000 }], 'WON', '0'],
    ['lost', taken, 'LOST', '20'],
    ['prevented', [], 'WON', '0'],
    ['appeal_needs_response', taken, 'OPEN', '20'],
    ['appeal_under_review', taken, 'OPEN', '20'],
    ['of a newer version', taken, 'OPEN', '20'],
  ] as const)('that is %s after the moves %j is %s, and %s is withdrawn', (status, moves, expected, withdrawn) => {
    expect(toDispute(dispute(status, moves), PAID)).toMatchObject({ status: expected, withdrawn: usd(withdrawn) });
  });

  it('of a part of the charge withdraws that part', () => {
    const part = dispute('needs_response', [{ amount: -700 }], { amount: 700 });
    expect(toDispute(part, PAID)).toMatchObject({ amount: usd('7'), withdrawn: usd('7') });
  });

  it('whose moves are in the currency of the account withdraws its amount, or nothing', () => {
    const euros = (amount: number) => ({ amount, currency: 'eur' });
    const part = { amount: 700 };
    expect(toDispute(dispute('needs_response', [euros(-640)], part), PAID).withdrawn).toEqual(usd('7'));
    expect(toDispute(dispute('won', [euros(-640), euros(640)], part), PAID).withdrawn).toEqual(usd('0'));
  });

  it('in another currency than the charge counts as all of the charge', () => {
    const other = dispute('needs_response', [{ amount: -1_850 }], { amount: 1_850, currency: 'eur' });
    expect(toDispute(other, PAID)).toMatchObject({ amount: PAID, withdrawn: PAID });
  });
});

describe('early fraud warnings', () => {
  const warning = (created: number, fraud_type: string) => ({ created, fraud_type }) as Stripe.Radar.EarlyFraudWarning;

  it('are told in words, the newest', () => {
    expect(toFraudWarning([])).toBeNull();
    const all = [warning(1, 'misc'), warning(3, 'made_with_stolen_card'), warning(2, 'misc')];
    expect(toFraudWarning(all)).toBe('made with stolen card');
  });
});
