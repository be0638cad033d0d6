/**
 * Shares reads of one object among callers, and never gives an answer that is older than the
 * question.
 *
 * A caller may have the answer of any read that *begins* after the caller asked: such a read sees
 * all that happened before. A caller that asks during a read waits for the next one, together with
 * all others that do. A final answer (paid, expired) never changes, so it is shared for a second
 * with every caller. So a webhook never gets "unpaid" from before its event, and a hundred callers
 * at once need at most two reads.
 */
export type SharedReads<Answer> = (id: string, askedAtMs: number) => Promise<Answer>;

export interface SharedReadsDeps<Answer> {
  /**
   * Calls `onBegin` when the request leaves, which may be after its turn came; again for a repeated
   * request.
   */
  readonly read: (id: string, onBegin: () => void) => Promise<Answer>;
  readonly isFinal: (answer: Answer) => boolean;
  readonly now?: () => number;
}

interface Asked<Answer> {
  /** Infinite until its turn comes. */
  beganAtMs: number;
  readonly answer: Promise<Answer>;
}

const FINAL_SHARED_MS = 1_000;
/** A caller in a queue may have asked this long ago, and still before the read began. */
const KEPT_MS = 10_000;

export function sharedReads<Answer>(deps: SharedReadsDeps<Answer>): SharedReads<Answer> {
  const { read, isFinal, now = () => performance.now() } = deps;
  const newest = new Map<string, Asked<Answer>>();

  function ask(id: string): Promise<Answer> {
    let beganAtMs = Number.POSITIVE_INFINITY;
    const answer = read(id, () => {
      beganAtMs = now();
    });
    const asked: Asked<Answer> = {
      get beganAtMs() {
        return beganAtMs;
      },
      answer,
    };
    newest.set(id, asked);
    const forget = () => {
      if (newest.get(id) === asked) newest.delete(id);
    };
    answer.then(() => void setTimeout(forget, KEPT_MS).unref(), forget);
    return answer;
  }

  return async function share(id, askedAtMs): Promise<Answer> {
    const asked = newest.get(id);
    if (!asked) return ask(id);
    if (asked.beganAtMs >= askedAtMs) return asked.answer;
    const older = await asked.answer.then(
      (answer) => ({ answer }),
      () => undefined,
    );
    if (older && isFinal(older.answer) && now() - asked.beganAtMs <= FINAL_SHARED_MS) return older.answer;
    // Another caller that waited here may have asked by now.
    return newest.get(id) === asked || !newest.has(id) ? ask(id) : share(id, askedAtMs);
  };
}
