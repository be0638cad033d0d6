/**
 * Long operations let everything else go on in between.
 *
 * What is gathered comes all at once: a thousand balances, and then each of them is read in one stretch, in which the process does nothing
 * else. So where a turn of the event loop has had its fill, what came is handed on in later turns, a little of each operation in each.
 * Small operations are never held up by themselves.
 */
export interface TimeSlices {
  /** Undefined where there is room in this turn; else what resolves in a later one. `weight` is about the number of things that came. */
  enter(owner: unknown, weight: number): Promise<void> | undefined;
}

/** Each thing is some ten values, so a turn takes a few milliseconds. */
const TURN_WEIGHT = 200;

interface Entry {
  readonly weight: number;
  readonly go: () => void;
}

/** In the order in which they came; those before `next` have gone. */
interface Line {
  readonly entries: Entry[];
  next: number;
}

export function openTimeSlices(): TimeSlices {
  /** By operation, that which was served longest ago first. */
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
      // At the end, and met there again where the turn has room.
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
