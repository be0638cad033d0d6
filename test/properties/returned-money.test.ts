/**
 * Refunds and disputes in any order, read at any moments and any number of times, end the same:
 * what is back is what the provider says in the end.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { poolOf } from '../../src/ledger/model/account-state.ts';
import { returnedOf as askedOf } from '../../src/ledger/model/returned.ts';
import { applyCommand } from '../../src/ledger/rules/apply-command.ts';
import type { DisputeStatus, RefundStatus } from '../../src/purchases/model/payments.ts';
import { clawbacks } from '../../src/purchases/returns/clawbacks.ts';
import { changed, learn, type Returns } from '../../src/purchases/returns/learned.ts';
import { decimal } from '../../src/values/decimal.ts';
import { NEW_ACCOUNT } from '../ledger/account.ts';
import { FEATURE, grant, use } from '../ledger/postings.ts';
import { runs } from './seed.ts';

const NOW = new Date('2026-11-01T12:00:00.000Z');
const PAID = 3_000n;
const money = (cents: bigint) => ({ amount: cents * 10n ** 10n, currency: 'usd' });

const act = fc.oneof(
  fc.record({ act: fc.constant('refund' as const), id: fc.nat(3), cents: fc.bigInt({ min: 1n, max: PAID }) }),
  fc.record({ act: fc.constant('refundFails' as const), id: fc.nat(3) }),
  fc.record({ act: fc.constant('dispute' as const), id: fc.nat(2), cents: fc.bigInt({ min: 1n, max: PAID }) }),
  fc.record({ act: fc.constant('won' as const), id: fc.nat(2) }),
  fc.record({ act: fc.constant('lost' as const), id: fc.nat(2) }),
  fc.record({ act: fc.constant('use' as const), units: fc.nat(120) }),
  fc.record({ act: fc.constant('read' as const) }),
);

/** The provider: what it has of each refund and dispute. */
function openProvider() {
  const refunds = new Map<number, { cents: bigint; status: RefundStatus }>();
  const disputes = new Map<number, { cents: bigint; withdrawn: bigint; status: DisputeStatus }>();
  return {
    refunds,
    disputes,
    seen: () => ({
      refunds: [...refunds].map(([id, { cents, status }]) => ({
        ...{ id: `re_${id}`, refundId: null, status, amount: money(cents), reason: null, failureReason: null, createdAt: NOW },
      })),
      disputes: [...disputes].map(([id, { cents, withdrawn, status }]) => ({
        ...{ id: `du_${id}`, status, amount: money(cents), withdrawn: money(withdrawn), reason: null, openedAt: NOW },
      })),
    }),
    returned() {
      const back = [...refunds.values()].reduce((sum, { cents, status }) => sum + (status === 'FAILED' ? 0n : cents), 0n);
      const held = [...disputes.values()].reduce((sum, { withdrawn }) => sum + withdrawn, 0n);
      return back + held > PAID ? PAID : back + held;
    },
  };
}

test('what is taken back is what the provider says in the end, and reading again changes nothing', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
      const provider = openProvider();
      let made = 0;
      const next = () => {
        made += 1;
        return `id_${made}`;
      };
      const ids = { next };
      const bought = grant('own', '100');
      if (bought.verb !== 'grant') throw new Error('not a grant');
      const first = { ...bought, grant: { ...bought.grant, paymentId: 'pay_1' } };
      let { state } = applyCommand(NEW_ACCOUNT, { customerId: 'ada', postings: [first] }, NOW);
      let known: Returns = { refunds: [], disputes: [] };
      let used = 0n;
      const read = () => {
        const changes = learn('pay_1', known, provider.seen(), { ids, now: NOW });
        const asked = { featureId: FEATURE, unlimited: false, ...askedOf(state.payments.get('pay_1') ?? []) };
        const payment = { id: 'pay_1', amount: money(PAID) };
        const postings = clawbacks({ payment, granted: [asked], known, changes, policy: 'DEBT' });
        known = changes.reduce(changed, known);
        ({ state } = applyCommand(state, { customerId: 'ada', postings }, NOW));
        return changes.length + postings.length;
      };
      for (const each of acts) {
        if (each.act === 'read') read();
        if (each.act === 'refund' && !provider.refunds.has(each.id))
          provider.refunds.set(each.id, { cents: each.cents, status: 'SUCCEEDED' });
        const refund = each.act === 'refundFails' ? provider.refunds.get(each.id) : undefined;
        if (refund) refund.status = 'FAILED';
        if (each.act === 'dispute' && !provider.disputes.has(each.id))
          provider.disputes.set(each.id, { cents: each.cents, withdrawn: each.cents, status: 'OPEN' });
        const dispute = each.act === 'won' || each.act === 'lost' ? provider.disputes.get(each.id) : undefined;
        if (dispute?.status === 'OPEN') {
          dispute.status = each.act === 'won' ? 'WON' : 'LOST';
          if (each.act === 'won') dispute.withdrawn = 0n;
        }
        if (each.act !== 'use' || each.units === 0) continue;
        const after = applyCommand(state, { customerId: 'ada', postings: [use(String(each.units))] }, NOW);
        used += after.entries[0]?.applied ?? 0n;
        state = after.state;
      }
      read();
      expect(read()).toBe(0);
      const taken = (decimal('100') * provider.returned()) / PAID;
      expect(askedOf(state.payments.get('pay_1') ?? [])).toMatchObject({ total: taken, taken });
      expect(poolOf(state, FEATURE).balance.remaining).toBe(decimal('100') - used - taken);
    }),
    runs(200),
  );
});
