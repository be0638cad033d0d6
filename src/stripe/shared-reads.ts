/**
 * One read of a thing for all who ask for it at once, and never an answer that is older than the question.
 *
 * The rule: a caller may have the answer of any read that *begins* after the caller asked, because such a read sees all that happened
 * before; who asks while a read is under way waits for the next one, together with all others that do. An answer that is final (paid,
 * expired) never changes, so it is shared for a second with whoever asks. So a webhook never hears "unpaid" from before its event, and
 * a hundred questions at once are two reads at the most.
 */
export type SharedReads<Answer> = (id: string, askedAtMs: number) => Promise<Answer>;

export interface SharedReadsDeps<Answer> {
  /** Calls `onBegin` when the question leaves, which may be after it waited for its turn; again where it is asked once more. */
  readonly read: (id: string, onBegin: () => void) => Promise<Answer>;
  readonly isFinal: (answer: Answer) => boolean;
  readonly now?: () => number;
}

interface Asked<Answer> {
  /** Infinite while it waits for its turn. */
  beganAtMs: number;
  readonly answer: Promise<Answer>;
}

const FINAL_SHARED_MS = 1_000;
/** Who waits in a queue may have asked so long ago, and still before the read began. */
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
    // Another that waited here may have asked by now.
    return newest.get(id) === asked || !newest.has(id) ? ask(id) : share(id, askedAtMs);
  };
}
