/**
 * Executes a push once for all subscriptions with equal selections (selection-key.ts).
 *
 * What an execution may be shared with depends on what it read. One that finished without waiting
 * said only what the event says, so everybody who comes to the event later may have it. One that
 * waited read the database: only those share it who asked before its first read was sent, because
 * a later one may have been told of something newer.
 */
import { textOfData } from '../answers/result-text.ts';
import type { Push } from './bounded-execution.ts';
import type { PushQueue } from './push-queue.ts';

/** True once the reader has disconnected. */
export type HasLeft = () => boolean;

/** Executes; `hasLeft` is true once everybody who waits for the result has disconnected. */
export type Execute = (hasLeft: HasLeft) => Push | Promise<Push>;

export interface SharedPushes {
  /** @param key undefined for a subscription that shares nothing. */
  join(key: string | undefined): Selection;
}

/** One subscription's part in a selection. */
export interface Selection {
  /** The push for this event, executed in its turn or shared. */
  push(event: unknown, hasLeft: HasLeft, execute: Execute): Push | Promise<Push>;
  leave(): void;
}

/** The subscriptions with one selection. */
interface Group {
  members: number;
  /** By event; only those that others may still join. */
  readonly executions: WeakMap<object, Execution>;
}

interface Execution {
  /** Of everybody who waits for it. */
  readonly waiting: HasLeft[];
  push: Push | Promise<Push>;
}

interface Kept {
  readonly group: Group;
  readonly event: object;
  readonly characters: number;
}

/** The text of all results that are kept. With their objects they take five times as much. */
const KEPT_MAX_CHARACTERS = 8_000_000;
/** What a result takes beside its text. */
const CHARACTERS_OF_EACH = 500;

export function openSharedPushes(queue: PushQueue, keptMaxCharacters = KEPT_MAX_CHARACTERS): SharedPushes {
  const groups = new Map<string, Group>();
  /** The results that are kept for those who come later, the oldest first. */
  const kept = new Set<Kept>();
  let characters = 0;

  function execute(group: Group, event: object, hasLeft: HasLeft, run: Execute): Push | Promise<Push> {
    const waiting = [hasLeft];
    const pending = queue.run(() => {
      const push = run(() => waiting.every((left) => left()));
      if (!(push instanceof Promise) && mayBeKept(group, push)) keep(group, event, push);
      // Runs before any read of this execution is sent.
      else process.nextTick(() => group.executions.delete(event));
      return push;
    });
    const execution = group.executions.get(event);
    if (execution) return execution.push;
    group.executions.set(event, { waiting, push: pending });
    return pending;
  }

  function keep(group: Group, event: object, push: Push): void {
    group.executions.set(event, { waiting: [], push });
    const size = CHARACTERS_OF_EACH + textOfData(push.result.data ?? {}).length;
    kept.add({ group, event, characters: size });
    characters += size;
    for (const oldest of kept) {
      if (characters <= keptMaxCharacters) break;
      kept.delete(oldest);
      characters -= oldest.characters;
      oldest.group.executions.delete(oldest.event);
    }
  }

  function push(group: Group, event: object, hasLeft: HasLeft, run: Execute): Push | Promise<Push> {
    const execution = group.executions.get(event);
    if (!execution) return execute(group, event, hasLeft, run);
    if (execution.push instanceof Promise) execution.waiting.push(hasLeft);
    return execution.push;
  }

  return {
    join(key) {
      const group: Group = (key !== undefined && groups.get(key)) || { members: 0, executions: new WeakMap() };
      group.members += 1;
      if (key !== undefined) groups.set(key, group);
      let isMember = true;
      return {
        push: (event, hasLeft, run) =>
          typeof event === 'object' && event !== null ? push(group, event, hasLeft, run) : queue.run(() => run(hasLeft)),
        leave() {
          if (!isMember) return;
          isMember = false;
          group.members -= 1;
          if (key !== undefined && group.members === 0) groups.delete(key);
        },
      };
    },
  };
}

/** An error may not come again, and a single reader does not come again. */
function mayBeKept({ members }: Group, { result }: Push): boolean {
  return members > 1 && !result.errors;
}
