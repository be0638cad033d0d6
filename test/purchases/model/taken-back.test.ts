import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { takenBackOf } from '../../../src/purchases/model/taken-back.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { runs } from '../../properties/seed.ts';

const taken = (granted: string, returned: string, paid: string) =>
  takenBackOf(decimal(granted), { returned: decimal(returned), paid: decimal(paid) });

describe('what is taken back of what a payment granted', () => {
  it.each([
    ['half of the money, half of the units', '200', '10', '20', '100'],
    ['all of the money, all of the units', '200', '20', '20', '200'],
    ['rounded down at the 12th place', '100', '10', '30', '33.333333333333'],
    ['nothing returned, nothing taken', '200', '0', '20', '0'],
    ['more returned than paid: all, and no more', '200', '25', '20', '200'],
    ['nothing paid, nothing taken', '200', '10', '0', '0'],
    ['nothing granted, nothing taken', '0', '10', '20', '0'],
  ])('%s', (_title, granted, returned, paid, expected) => {
    expect(taken(granted, returned, paid)).toBe(decimal(expected));
  });

  it('with two thirds and then the last third is all of it, without a rest', () => {
    expect(taken('100', '20', '30')).toBe(decimal('66.666666666666'));
    expect(taken('100', '30', '30')).toBe(decimal('100'));
  });
});

const amount = fc.bigInt({ min: 0n, max: 10n ** 38n - 1n });

test('it never exceeds what was granted, grows with what is returned, and is exact to the last place', () => {
  fc.assert(
    fc.property(amount, amount, amount, amount, (granted, one, other, paid) => {
      const [less, more] = one < other ? [one, other] : [other, one];
      const [small, large] = [less, more].map((returned) => takenBackOf(granted, { returned, paid }));
      expect(small).toBeLessThanOrEqual(large ?? 0n);
      expect(large).toBeLessThanOrEqual(granted);
      if (paid === 0n || more >= paid) return;
      // granted × returned ÷ paid lies between it and the next decimal.
      expect((large ?? 0n) * paid).toBeLessThanOrEqual(granted * more);
      expect(((large ?? 0n) + 1n) * paid).toBeGreaterThan(granted * more);
    }),
    runs(1_000),
  );
});
