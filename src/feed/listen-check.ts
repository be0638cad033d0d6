/**
 * Whether this process hears what others commit.
 *
 * A connection may be alive and hear nothing: a transaction pooler carries no LISTEN, and a wrong address leads to
 * another database. So every few seconds a word goes the way of a change, by NOTIFY through the pool of those who
 * write, and must arrive where the process listens. While it does not, this is said, and everything that is subscribed
 * to is read again and again instead.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../platform/log.ts';

export interface ListenCheckDeps {
  /** Notifies as a write does. */
  readonly notify: (channel: string, word: string) => Promise<unknown>;
  /** Is told when a word was not heard, or could not be sent: the connection may be dead. Resolves when it has been asked. */
  readonly doubt: (isDeaf: boolean) => Promise<void>;
  /** Why nothing may be heard, in a sentence. */
  readonly reason: () => string;
  /** Reads everything that is subscribed to. */
  readonly sweep: () => Promise<void>;
  readonly log: Log;
  readonly pace?: Pace | undefined;
}

/** In milliseconds. */
export interface Pace {
  /** Between two words. */
  readonly probeMs: number;
  /** A notification takes milliseconds. */
  readonly arrivesWithinMs: number;
  /** Between two sweeps. */
  readonly pollMs: number;
}

export interface ListenCheck {
  /** Where the words of this process arrive. */
  readonly channel: string;
  /** From now on somebody listens there. */
  start(): void;
  onProbe(word: string): void;
  /** What is the matter, in a sentence; undefined while it hears. */
  trouble(): string | undefined;
  close(): void;
}

const PACE: Pace = { probeMs: 5_000, arrivesWithinMs: 3_000, pollMs: 2_000 };

export function openListenCheck({ notify, doubt, reason, sweep, log, pace = PACE }: ListenCheckDeps): ListenCheck {
  const channel = `brim_word_${randomBytes(8).toString('hex')}`;
  const closing = new AbortController();
  const pause = (ms: number) => wait(ms, true, { ref: false, signal: closing.signal }).catch(() => false);
  let awaited: { readonly word: string; readonly heard: (heard: true) => void } | undefined;
  let deaf: string | undefined;
  let sweeping = false;

  async function beatOnAndOn(): Promise<void> {
    for (let count = 1; !closing.signal.aborted; count += 1) {
      const heard = await beat(String(count));
      if (closing.signal.aborted) return;
      if (heard) recover();
      else if (heard === false) lose();
      if (!heard) await doubt(heard === false);
      await pause(pace.probeMs);
    }
  }

  /** @returns undefined where the word could not be sent: then others cannot write either, as far as this process knows. */
  async function beat(word: string): Promise<boolean | undefined> {
    const heard = new Promise<true>((resolve) => {
      awaited = { word, heard: resolve };
    });
    try {
      await notify(channel, word);
    } catch {
      return undefined;
    }
    const inTime = await Promise.race([heard, pause(pace.arrivesWithinMs).then(() => nextTurn())]);
    awaited = undefined;
    return inTime;

    /** Where this process itself was slow, the word may be there unread: it is read before this goes on. */
    async function nextTurn(): Promise<boolean> {
      await new Promise((resolve) => setImmediate(resolve));
      return Promise.race([heard, Promise.resolve(false)]);
    }
  }

  function lose(): void {
    const why = reason();
    if (deaf !== why) log.error(`feed: ${why}`);
    deaf = why;
    void sweepOnAndOn();
  }

  function recover(): void {
    if (deaf === undefined) return;
    deaf = undefined;
    log.info('feed: hears again what other processes commit');
  }

  async function sweepOnAndOn(): Promise<void> {
    if (sweeping) return;
    sweeping = true;
    while (deaf !== undefined && !closing.signal.aborted) {
      await sweep();
      await pause(pace.pollMs);
    }
    sweeping = false;
  }

  return {
    channel,
    start: () => void beatOnAndOn(),
    onProbe(word) {
      if (awaited?.word === word) awaited.heard(true);
    },
    trouble: () => deaf,
    close: () => closing.abort(),
  };
}
