/**
 * Divides long operations into time slices, so that they do not block the process.
 *
 * A batched read delivers all of its values at once, a thousand balances for example, and reading
 * them in one stretch would block the event loop. Each turn of the event loop therefore hands on a
 * limited number of values; the rest wait for later turns, in which each operation gets a part.
 * Small operations never wait because of their own size.
 */
export interface TimeSlices {
  /**
   * Undefined where the current turn has room; otherwise a promise that resolves in a later turn.
   * `weight` is roughly the number of values that arrived.
   */
  enter(owner: unknown, weight: number): Promise<void> | undefined;
}

/** Each item has about ten values, so a turn takes a few milliseconds. */
const TURN_WEIGHT = 200;

interface Entry {
  readonly weight: number;
  readonly go: () => void;
}

/** In order of arrival. The entries before `next` have been handed on. */
interface Line {
  readonly entries: Entry[];
  next: number;
}

export function openTimeSlices(): TimeSlices {
  /** By operation; the one that was served longest ago comes first. */
  const lines = new Map<unknown, Line>();
  let spent = 0;
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(nextTurn);
  }

  function nextTurn(): void {
    isScheduled = false;
    spent = 0;
    for (const [owner, line] of lines) {
      if (spent >= TURN_WEIGHT) break;
      lines.delete(owner);
      const entry = line.entries[line.next];
      if (!entry) continue;
      line.next += 1;
      spent += entry.weight;
      // Moves to the end. The loop meets it again where the turn has room.
      lines.set(owner, line);
      entry.go();
    }
    if (spent > 0 || lines.size > 0) schedule();
  }

  return {
    enter(owner, weight) {
      schedule();
      if (lines.size === 0 && spent < TURN_WEIGHT) {
        spent += weight;
        return undefined;
      }
      return new Promise((go) => {
        const line = lines.get(owner);
        if (line) line.entries.push({ weight, go });
        else lines.set(owner, { entries: [{ weight, go }], next: 0 });
      });
    },
  };
}
