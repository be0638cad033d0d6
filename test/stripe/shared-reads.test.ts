import { describe, expect, test } from 'vitest';
import { sharedReads } from '../../src/stripe/shared-reads.ts';

interface Read {
  readonly begin: () => void;
  readonly end: (answer: string) => void;
  readonly fail: (error: Error) => void;
}

/** Reads that begin and end when the test says so, and a clock that the test moves. */
function openReads() {
  let nowMs = 0;
  const reads: Read[] = [];
  const share = sharedReads<string>({
    read: (_id, onBegin) => new Promise((end, fail) => reads.push({ begin: onBegin, end, fail })),
    isFinal: (answer) => answer === 'paid',
    now: () => nowMs,
  });
  const pass = (durationMs: number) => {
    nowMs += durationMs;
  };
  return { reads, ask: () => share('cs_1', nowMs), pass };
}

/** Lets pending promises continue. */
const letPendingContinue = () => new Promise((resolve) => setImmediate(resolve));

describe('a read of Stripe', () => {
  test('that waits for its turn is shared by all callers that ask before it begins', async () => {
    const { reads, ask, pass } = openReads();
    const asked = [ask(), ask()];
    pass(10);
    asked.push(ask());
    expect(reads).toHaveLength(1);
    reads[0]?.begin();
    reads[0]?.end('open');
    expect(await Promise.all(asked)).toEqual(['open', 'open', 'open']);
    expect(reads).toHaveLength(1);
  });

  test('that has begun does not answer later callers: they share the next one', async () => {
    const { reads, ask, pass } = openReads();
    const early = ask();
    reads[0]?.begin();
    pass(10);
    const late = [ask(), ask(), ask()];
    reads[0]?.end('open');
    expect(await early).toBe('open');
    await letPendingContinue();
    expect(reads).toHaveLength(2);
    reads[1]?.begin();
    reads[1]?.end('paid');
    expect(await Promise.all(late)).toEqual(['paid', 'paid', 'paid']);
    expect(reads).toHaveLength(2);
  });

  test('with a final answer is shared for a second', async () => {
    const { reads, ask, pass } = openReads();
    const first = ask();
    reads[0]?.begin();
    reads[0]?.end('paid');
    await first;
    pass(1_000);
    expect(await ask()).toBe('paid');
    expect(reads).toHaveLength(1);
    pass(1);
    const later = ask();
    await letPendingContinue();
    expect(reads).toHaveLength(2);
    reads[1]?.begin();
    reads[1]?.end('paid');
    expect(await later).toBe('paid');
  });

  test('that failed fails its own callers only, and the next caller reads again', async () => {
    const { reads, ask, pass } = openReads();
    const first = ask();
    reads[0]?.begin();
    pass(1);
    const second = ask();
    reads[0]?.fail(new Error('away'));
    await expect(first).rejects.toThrow('away');
    await letPendingContinue();
    reads[1]?.begin();
    reads[1]?.end('open');
    expect(await second).toBe('open');
  });
});
