/**
 * Vitest's runner, which also prints amounts as people read them. Amounts are integers scaled by
 * 10¹², so a failing test would print 16 as 16000000000000n.
 */
import { type RunnerTask, TestRunner } from 'vitest';
import { formatDecimal } from '../../src/values/decimal.ts';

/** Sequence numbers of tests are shorter, and no amount of a test is as small. */
const AMOUNT = /(?<![\w.])-?\d{9,}n\b/g;

export function withReadableAmounts(text: string): string {
  return text.replace(AMOUNT, (digits) => formatDecimal(BigInt(digits.slice(0, -1))));
}

export default class ReadableRunner extends TestRunner {
  override onAfterRunTask(test: RunnerTask): void {
    super.onAfterRunTask(test);
    for (const error of test.result?.errors ?? []) {
      for (const part of ['message', 'stack', 'diff', 'actual', 'expected'] as const) {
        const text = error[part];
        if (typeof text === 'string') error[part] = withReadableAmounts(text);
      }
    }
  }
}
