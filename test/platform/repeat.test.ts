import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Repeating, repeat } from '../../src/platform/repeat.ts';

describe('repeated work', () => {
  let repeating: Repeating | undefined;
  afterEach(() => repeating?.close());

  it('runs again after each pause, and its runs never overlap', async () => {
    let runs = 0;
    let current = 0;
    let most = 0;
    repeating = repeat({
      everyMs: 1,
      async run() {
        current += 1;
        most = Math.max(most, current);
        await wait(5);
        current -= 1;
        runs += 1;
      },
    });
    expect(current).toBe(0);
    await vi.waitFor(() => expect(runs).toBeGreaterThan(2));
    expect(most).toBe(1);
  });

  it('goes on after a failed run, and ends with the run that answers "done"', async () => {
    const answers = ['failed', 'again', 'done', 'never'];
    const seen: string[] = [];
    repeating = repeat({
      everyMs: 1,
      startsAtOnce: true,
      async run() {
        const answer = answers[seen.length] ?? '';
        seen.push(answer);
        if (answer === 'failed') throw new Error(answer);
        return answer;
      },
    });
    expect(seen).toEqual(['failed']);
    await vi.waitFor(() => expect(seen).toContain('done'));
    await wait(20);
    expect(seen).toEqual(['failed', 'again', 'done']);
  });

  it('sees that it is closed, and closing waits for the current run', async () => {
    let signal: AbortSignal | undefined;
    let isOver = false;
    const long = repeat({
      everyMs: 1,
      startsAtOnce: true,
      async run(closing) {
        signal = closing;
        await wait(20);
        isOver = true;
      },
    });
    await long.close();
    expect([signal?.aborted, isOver]).toEqual([true, true]);
  });
});
