/**
 * Checks that this process receives the notifications of others.
 *
 * A connection may be open and receive nothing: a transaction pooler supports no LISTEN, and a
 * wrong address leads to another database. So every few seconds a probe is sent as writes notify,
 * by NOTIFY through their pool, and must arrive on the listening connection. While it does not, the
 * check reports the trouble: what others commit then waits for the tail (tail.ts).
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../platform/log.ts';

export interface ListenCheckDeps {
  /** Notifies as a write does, through the same pool. */
  readonly notify: (channel: string, probeId: string) => Promise<unknown>;
  /**
   * Called when a probe did not arrive (`isMissed`) or could not be sent, because the connection
   * may be dead. Resolves when it was tested.
   */
  readonly onSilence: (isMissed: boolean) => Promise<void>;
  /** Why notifications may be lost, in a sentence. */
  readonly reason: () => string;
  readonly log: Log;
  readonly pace?: Pace | undefined;
}

/** In milliseconds. */
export interface Pace {
  /** Between two probes. */
  readonly probeMs: number;
  /** How long a probe may take; a notification takes milliseconds. */
  readonly arrivesWithinMs: number;
}

export interface ListenCheck {
  /** The channel of this process's probes. */
  readonly channel: string;
  /** Starts to send probes. Call it once the channel is listened to. */
  start(): void;
  onProbe(probeId: string): void;
  /** Why notifications are lost, in a sentence; undefined while they arrive. */
  trouble(): string | undefined;
  close(): void;
}

const PACE: Pace = { probeMs: 5_000, arrivesWithinMs: 3_000 };

export function openListenCheck({ notify, onSilence, reason, log, pace = PACE }: ListenCheckDeps): ListenCheck {
  const channel = `brim_word_${randomBytes(8).toString('hex')}`;
  const closing = new AbortController();
  const pause = (ms: number) => wait(ms, true, { ref: false, signal: closing.signal }).catch(() => false);
  let pending: { readonly probeId: string; readonly arrived: (arrived: true) => void } | undefined;
  let trouble: string | undefined;

  async function probeRepeatedly(): Promise<void> {
    for (let count = 1; !closing.signal.aborted; count += 1) {
      const arrived = await probe(String(count));
      if (closing.signal.aborted) return;
      if (arrived) recover();
      else if (arrived === false) lose();
      if (!arrived) await onSilence(arrived === false);
      await pause(pace.probeMs);
    }
  }

  /**
   * @returns whether the probe arrived; undefined if it could not be sent: then, as far as this
   * process knows, nobody can write.
   */
  async function probe(probeId: string): Promise<boolean | undefined> {
    const arrival = new Promise<true>((resolve) => {
      pending = { probeId, arrived: resolve };
    });
    try {
      await notify(channel, probeId);
    } catch {
      return undefined;
    }
    const inTime = await Promise.race([arrival, pause(pace.arrivesWithinMs).then(() => nextTurn())]);
    pending = undefined;
    return inTime;

    /**
     * If this process was slow, the probe may have arrived unread. Another turn of the event loop
     * reads it.
     */
    async function nextTurn(): Promise<boolean> {
      await new Promise((resolve) => setImmediate(resolve));
      return Promise.race([arrival, Promise.resolve(false)]);
    }
  }

  function lose(): void {
    const why = reason();
    if (trouble !== why) log.error(`feed: ${why}`);
    trouble = why;
  }

  function recover(): void {
    if (trouble === undefined) return;
    trouble = undefined;
    log.info('feed: hears again what other processes commit');
  }

  return {
    channel,
    start: () => void probeRepeatedly(),
    onProbe(probeId) {
      if (pending?.probeId === probeId) pending.arrived(true);
    },
    trouble: () => trouble,
    close: () => closing.abort(),
  };
}
