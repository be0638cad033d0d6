import { expect, test } from 'vitest';
import { withReadableAmounts } from './runner.ts';

test('a failing test prints amounts as decimals, and leaves sequence numbers as they are', () => {
  expect(withReadableAmounts('{ remaining: 16000000000000n, used: -500000000000n, sequence: 12n }')).toBe(
    '{ remaining: 16, used: -0.5, sequence: 12n }',
  );
});
