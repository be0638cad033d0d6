/** What the ledger reads for a returned payment: grants that are used up or have ended, too. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Posting } from '../../src/ledger/model/posting.ts';
import type { PaymentReturnPolicy } from '../../src/ledger/model/types.ts';
import { decimal } from '../../src/values/decimal.ts';
import { type Fixture, NOW, openAccounts, openFixture } from './fixture.ts';
import { FEATURE, grant, hold, release, reverse, tell, use } from './postings.ts';

const LATER = new Date(NOW.getTime() + 3_600_000);
let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture?.close());

const paid = (terms: object = {}) => grant('own', '100', { paymentId: 'pay_1', ...terms });
function back(total: string, policy: PaymentReturnPolicy = 'DEBT'): Posting {
  const cause = { refundId: null, disputeId: null, reason: null };
  return { verb: 'clawback', featureId: FEATURE, paymentId: 'pay_1', total: decimal(total), policy, ...cause };
}

/** Posts each in a command of its own, to a ledger that remembers nothing. */
async function post(customerId: string, ...postings: readonly Posting[]) {
  const ledger = fixture.openLedger({ limits: { memoryBytes: 0 }, clock: { now: () => LATER } });
  const told = [];
  for (const posting of postings)
    told.push(...(await ledger.post({ customerId, postings: [posting] })).entries.map((entry) => tell(entry).allocations));
  const { remaining } = await ledger.reads.balance({ customerId, featureId: FEATURE });
  return { told, remaining };
}
const open = (customerId: string, ...postings: Posting[]) => openAccounts(fixture.openLedger(), [customerId], ...postings);

test('a grant that was used up to pay for it gets back what it paid', async () => {
  await open('ada', paid(), use('80'), grant('other', '80'));
  expect(await post('ada', back('100'))).toMatchObject({ told: [['own -20', 'other -80']], remaining: 0n });
  expect(await post('ada', back('0'))).toMatchObject({ told: [['other 80', 'own 20']], remaining: decimal('100') });
});

test('what was used of a grant that has expired is owed, and given back with the use', async () => {
  await open('bob', paid({ expiresAt: new Date(NOW.getTime() + 60_000) }), use('80'), grant('other', '80'));
  expect(await post('bob', back('100'))).toMatchObject({ told: [['own 0', 'other -80']], remaining: 0n });
  expect(await post('bob', reverse(2n, '30'))).toMatchObject({ told: [['other 30', 'own 0']], remaining: decimal('30') });
  expect(await post('bob', back('0'))).toMatchObject({ told: [['other 50', 'own 0']], remaining: decimal('80') });
});

test('what is held of it goes to who paid for it once it is released', async () => {
  await open('eve', paid(), hold('h', '100'), grant('other', '100'));
  expect(await post('eve', back('100'))).toMatchObject({ told: [['own 0', 'other -100']], remaining: 0n });
  expect(await post('eve', release('h'))).toMatchObject({
    told: [['own 100'], ['own -100', 'other 100']],
    remaining: decimal('100'),
  });
});
