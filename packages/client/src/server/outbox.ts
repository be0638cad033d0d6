/**
 * Tracks that Brim does not have yet.
 *
 * A track is taken first and sent then, with the key that it keeps for ever. While Brim answers,
 * each is sent at once. What Brim could not take waits, and from then on everything waits behind
 * it: one after another, in the order in which they were taken, until none is left. Where Brim says
 * how long to wait, nothing is sent before. The outbox is bounded and says when it is full; it
 * never drops what it has taken without saying what became of it.
 */
import { BrimError, OutboxFullError } from './brim-error.ts';
import { type RetryOptions, retryAfterMs, retryDelayMs } from './retry.ts';
import type { TrackAnswer, TrackInput, TrackQueued } from './types.ts';

export interface KeyedTrack extends TrackInput {
  readonly idempotencyKey: string;
}

export interface QueuedTrack {
  readonly id: number;
  readonly input: KeyedTrack;
}

/** Where taken tracks are kept: in memory (lost with the process) or in a file. */
export interface OutboxStore {
  readonly recovered: readonly QueuedTrack[];
  take(track: QueuedTrack): Promise<void>;
  done(id: number): Promise<void>;
  close(): Promise<void>;
}

export interface OutboxOptions extends RetryOptions {
  /** The most tracks that may wait. Default: 10,000. */
  readonly maxTracks?: number;
  /** The most bytes of their inputs as JSON. Default: 10 MiB. */
  readonly maxBytes?: number;
  /**
   * What became of a track that had to wait, and has left the outbox. An error: Brim will never
   * take it; or, where it is `done`, Brim has it, and only its answer could not be read.
   */
  readonly onLate?: (track: KeyedTrack, outcome: TrackAnswer | BrimError) => void;
}

export interface Outbox {
  readonly pending: number;
  /**
   * @throws OutboxFullError; BrimError where Brim will never take it, or has it and could not
   * answer: then it is `done`.
   */
  track(input: KeyedTrack): Promise<TrackAnswer | TrackQueued>;
  /**
   * Sends what waits, now. @throws the BrimError that stops it; the rest waits on. Where Brim said
   * when to come again, it is that error until then.
   */
  flush(): Promise<void>;
  /** Ends sending, once what is under way is answered. What waits stays in the store. */
  close(): Promise<void>;
}

const MAX_TRACKS = 10_000;
const MAX_BYTES = 10 * 1_048_576;

export function memoryStore(): OutboxStore {
  const nothing = async () => undefined;
  return { recovered: [], take: nothing, done: nothing, close: nothing };
}

export function openOutbox(
  store: OutboxStore,
  send: (input: KeyedTrack) => Promise<TrackAnswer>,
  options: OutboxOptions,
): Outbox {
  const { maxTracks = MAX_TRACKS, maxBytes = MAX_BYTES, onLate } = options;
  /** Everything taken and not done, with its bytes. */
  const held = new Map<number, number>();
  const backlog: QueuedTrack[] = [];
  const underWay = new Set<Promise<unknown>>();
  let heldBytes = 0;
  let lastId = 0;
  let failures = 0;
  /** The last refusal that says when to come again, and until when it counts. */
  let refusal: { readonly error: unknown; readonly untilMs: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let draining: Promise<void> | undefined;
  let closed = false;

  for (const track of store.recovered) {
    hold(track);
    backlog.push(track);
    lastId = Math.max(lastId, track.id);
  }
  if (backlog.length > 0) schedule(0);

  function hold({ id, input }: QueuedTrack): void {
    const bytes = bytesOf(input);
    held.set(id, bytes);
    heldBytes += bytes;
  }

  function release(id: number): void {
    heldBytes -= held.get(id) ?? 0;
    held.delete(id);
  }

  async function finish(id: number): Promise<void> {
    release(id);
    await store.done(id);
  }

  async function sendNow(track: QueuedTrack): Promise<TrackAnswer | TrackQueued> {
    try {
      const answer = await send(track.input);
      await finish(track.id);
      return answer;
    } catch (error) {
      if (error instanceof BrimError && error.retryable) return waitBehind(track, error);
      await finish(track.id);
      throw error;
    }
  }

  /** Those that were sent together come back in any order; they wait in that of their taking. */
  function waitBehind(track: QueuedTrack, error?: BrimError): TrackQueued {
    const later = backlog.findIndex(({ id }) => id > track.id);
    backlog.splice(later === -1 ? backlog.length : later, 0, track);
    heed(error);
    if (!draining) schedule(delayMs());
    return { __typename: 'TrackQueued', idempotencyKey: track.input.idempotencyKey };
  }

  function heed(error: unknown): void {
    const afterMs = retryAfterMs(error);
    if (afterMs > 0) refusal = { error, untilMs: performance.now() + afterMs };
  }

  /** Until it is tried again. */
  function delayMs(): number {
    const refusedMs = refusal ? refusal.untilMs - performance.now() : 0;
    return Math.max(refusedMs, retryDelayMs(failures, options));
  }

  function schedule(afterMs: number): void {
    if (closed || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      drain().catch(() => undefined);
    }, afterMs);
    timer.unref();
  }

  function drain(): Promise<void> {
    draining ??= sendBacklog().then(
      () => {
        draining = undefined;
        failures = 0;
        if (backlog.length > 0) schedule(0);
      },
      (error: unknown) => {
        draining = undefined;
        schedule(delayMs());
        failures += 1;
        throw error;
      },
    );
    return draining;
  }

  async function sendBacklog(): Promise<void> {
    if (refusal && performance.now() < refusal.untilMs) throw refusal.error;
    refusal = undefined;
    for (let track = backlog[0]; track && !closed; track = backlog[0]) {
      const outcome = await send(track.input).catch((error: unknown) => {
        heed(error);
        return lastWord(error);
      });
      backlog.splice(backlog.indexOf(track), 1);
      await finish(track.id);
      onLate?.(track.input, outcome);
    }
  }

  return {
    get pending() {
      return held.size;
    },
    async track(input) {
      if (closed) throw new BrimError('This client is closed.', { retryable: false, code: 'CLOSED' });
      if (held.size >= maxTracks) throw new OutboxFullError(held.size, `${maxTracks}`);
      if (heldBytes + bytesOf(input) > maxBytes) throw new OutboxFullError(held.size, `${maxBytes} bytes`);
      lastId += 1;
      const track = { id: lastId, input };
      hold(track);
      const answer = store.take(track).then(
        () => (backlog.length > 0 ? waitBehind(track) : sendNow(track)),
        (error: unknown) => {
          release(track.id);
          throw error;
        },
      );
      underWay.add(answer);
      return answer.finally(() => underWay.delete(answer));
    },
    async flush() {
      await Promise.allSettled(underWay);
      while (backlog.length > 0 && !closed) await drain();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await Promise.allSettled([...underWay, draining]);
      await store.close();
    },
  };
}

/**
 * The app's operators can mend a key that Brim does not accept, so its tracks wait on.
 */
const MENDED_OUTSIDE: readonly string[] = ['UNAUTHENTICATED', 'FORBIDDEN'];

/** The error that ends a track, if it does. @throws it where the track is to wait on. */
function lastWord(error: unknown): BrimError {
  if (error instanceof BrimError && !error.retryable && !MENDED_OUTSIDE.includes(error.code)) return error;
  throw error;
}

function bytesOf(input: KeyedTrack): number {
  return Buffer.byteLength(JSON.stringify(input));
}
