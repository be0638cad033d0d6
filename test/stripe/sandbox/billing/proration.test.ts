import fc from 'fast-check';
import { expect, test } from 'vitest';
import { proratedAmount } from '../../../../src/stripe/sandbox/billing/proration.ts';

const PERIOD = { start: 1_000, end: 1_090 };

test.each([
  ['all of it at the start', 1_000, 1_000, 1_000],
  ['nothing at the end', 1_000, 1_090, 0],
  ['a third', 1_000, 1_060, 333],
  ['a half, rounded away from zero', 1, 1_045, 1],
  ['a half of a credit, rounded away from zero', -1, 1_045, -1],
])('%s', (_title, amount, at, expected) => {
  expect(proratedAmount(amount, PERIOD, at)).toBe(expected);
});

test('what is left and what is used add up to the amount, within one minor unit', () => {
  const amounts = fc.integer({ min: 0, max: 999_999_999_999 });
  const spans = fc.integer({ min: 1, max: 94_608_000 });
  fc.assert(
    fc.property(amounts, spans, fc.double({ min: 0, max: 1, noNaN: true }), (amount, span, share) => {
      const at = Math.floor(span * share);
      const left = proratedAmount(amount, { start: 0, end: span }, at);
      const used = proratedAmount(amount, { start: 0, end: span }, span - at);
      expect(left).toBeLessThanOrEqual(amount);
      expect(Math.abs(left + used - amount)).toBeLessThanOrEqual(1);
    }),
  );
});
