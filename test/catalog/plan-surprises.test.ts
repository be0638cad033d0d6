import fc from 'fast-check';
import { test } from 'vitest';
import { planTerms } from '../../src/catalog/plan-input.ts';
import { issuesOf } from '../values/refusals.ts';

test('any input is read, or refused with its issues; none throws another error', () => {
  // Mostly valid values, so that rules that compare values run with one of them invalid.
  const mostly = (right: unknown[], wrong: unknown[]) =>
    fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...right) }, { weight: 1, arbitrary: fc.constantFrom(...wrong) });
  const amount = mostly(['10', '100', '0.5', null], ['0', '-1', 'x', '', '9'.repeat(27), 10, {}]);
  const money = fc.record({
    amount: mostly(['10', '0'], ['0.001', '-1', 'x', null]),
    currency: mostly(['usd', 'jpy'], ['zzz', null]),
  });
  const interval = mostly([null, { unit: 'DAY' }], [{ unit: 'DAY', count: 0 }, { unit: 'ERA' }, 'DAY']);
  const flag = mostly([true, false, null], ['yes']);
  const price = fc.record({
    amount: money,
    billingUnits: amount,
    method: mostly(['PREPAID'], ['FREE', null]),
    interval,
    maxPurchase: amount,
    tiers: fc.option(fc.array(fc.record({ upTo: amount, amount: money, flatAmount: fc.option(money) }), { maxLength: 3 })),
    tierMode: mostly(['GRADUATED', 'VOLUME', null], ['STAIRS', 1]),
  });
  const rollover = fc.record({ max: amount, maxPercentage: mostly([50, null], [0, 0.5, '50']), expiresAfter: interval });
  const item = fc.record({
    featureId: mostly(['messages', 'stickers'], ['', null]),
    included: amount,
    unlimited: flag,
    reset: interval,
    rollover: fc.option(rollover),
    price: fc.option(price),
    expiresAfter: interval,
  });
  const plan = fc.record({
    name: mostly(['Plan'], ['', null]),
    autoEnable: flag,
    addOn: flag,
    price: fc.option(fc.record({ amount: money, interval })),
    items: fc.array(item, { maxLength: 2 }),
  });
  // Any error but a list of issues fails.
  fc.assert(
    fc.property(plan, (sent) => Array.isArray(issuesOf(planTerms, sent))),
    { numRuns: 2_000 },
  );
});
