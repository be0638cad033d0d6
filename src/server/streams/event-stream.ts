/**
 * Sends results over SSE, in graphql-sse's "distinct connections mode": an event `next` for each,
 * and `complete` at the end.
 *
 * It answers at once with headers and a comment, so that no proxy delays the page until the first
 * change, and sends a comment every few seconds. The reader sets the pace: nothing is pulled before
 * the last message has left this process, and a client that reads nothing for long is disconnected.
 * At a shutdown each stream sends an error and completes.
 */
import type { ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import type { Log } from '../../platform/log.ts';
import { isLostPush } from '../answers/lost-push.ts';
import { withoutInternals } from '../answers/masking.ts';
import { textOfResult } from '../answers/result-text.ts';
import type { Limits } from '../limits/limits.ts';
import type { PushQueue } from '../limits/push-queue.ts';

export interface EventStreams {
  /** Sends the results, and returns when the stream has ended on either side. */
  serve(results: AsyncIterable<ExecutionResult> | ExecutionResult, res: ServerResponse): Promise<void>;
  /** Completes every stream, and every later one as soon as it opens. */
  close(): Promise<void>;
}

export type StreamLimits = Pick<Limits, 'socketPingIntervalMs' | 'socketStallTimeoutMs' | 'socketGoodbyeMs'>;

const COMMENT = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';

export interface EventStreamDeps {
  readonly limits: StreamLimits;
  readonly log: Log;
  readonly deliver: PushQueue['deliver'];
}

export function openEventStreams({ limits, log, deliver }: EventStreamDeps): EventStreams {
  const open = new Map<EventStream, Promise<void>>();
  let closed = false;

  return {
    async serve(results, res) {
      const { status, headers } = headOf(results);
      res.writeHead(status, { ...headers, ...STREAM_HEADERS });
      const stream = openEventStream(isAsyncIterable(results) ? results : once(results), { res, limits, deliver });
      if (closed) stream.end();
      const sent = stream.run().catch((err: unknown) => {
        // Clients subscribe again after a stream that is cut without `complete`.
        if (isLostPush(err)) log.warn({ err }, 'a push could not be read: its event stream is cut');
        else log.error({ err }, 'unexpected error');
        res.destroy();
      });
      open.set(stream, sent);
      await sent;
      open.delete(stream);
    },
    async close() {
      closed = true;
      for (const stream of open.keys()) stream.end();
      await Promise.all(open.values());
    },
  };
}

const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Without it nginx buffers the stream.
  'x-accel-buffering': 'no',
};

interface EventStream {
  /** Sends until the results end, the client disconnects, or `end` is called. */
  run(): Promise<void>;
  /**
   * Sends an error that says that the server is going away, and completes, if the client reads both
   * in time.
   */
  end(): void;
}

interface Streaming extends Omit<EventStreamDeps, 'log'> {
  readonly res: ServerResponse;
}

function openEventStream(results: AsyncIterable<ExecutionResult>, { res, limits, deliver }: Streaming): EventStream {
  const iterator = results[Symbol.asyncIterator]();
  const write = openWriter(res, limits);
  const writeInTurn = async (text: string): Promise<boolean> => {
    let isSent: Promise<boolean> | undefined;
    await deliver(() => {
      isSent = write(text);
    });
    return isSent ?? false;
  };
  let isEnding = false;
  /** Resolves the wait for the next result without one. */
  let interrupt: (() => void) | undefined;
  res.once('close', () => interrupt?.());

  const next = (): Promise<IteratorResult<ExecutionResult> | undefined> =>
    new Promise((resolve, reject) => {
      interrupt = () => resolve(undefined);
      if (isEnding || res.closed) return interrupt();
      iterator.next().then(resolve, reject);
    });
  // A waiting generator settles this promise only later, so it is not awaited.
  const leave = () => void iterator.return?.()?.catch(() => undefined);

  return {
    async run() {
      await write(COMMENT);
      for (let result = await next(); !result?.done; result = await next()) {
        // Yoga turns an exception of a stream into a result.
        const lost = result?.value.errors?.find(isLostPush);
        if (lost) throw lost;
        const isSent = await writeInTurn(result ? eventOf(result.value) : eventOf({ errors: [goingAway()] }));
        if (result && isSent) continue;
        leave();
        break;
      }
      await write(COMPLETE);
      res.end();
    },
    end() {
      isEnding = true;
      interrupt?.();
      const timer = setTimeout(() => res.destroy(), limits.socketGoodbyeMs);
      res.once('close', () => clearTimeout(timer));
    },
  };
}

/**
 * Resolves with true when the text has left this process, and with false when the client has
 * disconnected.
 */
type Write = (text: string) => Promise<boolean>;

function openWriter(res: ServerResponse, { socketPingIntervalMs, socketStallTimeoutMs }: StreamLimits): Write {
  /** One message at a time, and comments between them. */
  const unsent = new Set<(isSent: boolean) => void>();
  const write: Write = async (text) => {
    if (res.closed || res.destroyed) return false;
    const stalled = setTimeout(() => res.destroy(), socketStallTimeoutMs);
    const isSent = await new Promise<boolean>((resolve) => {
      unsent.add(resolve);
      res.write(text, (error) => {
        unsent.delete(resolve);
        resolve(!error);
      });
    });
    clearTimeout(stalled);
    return isSent;
  };
  const ping = setInterval(() => {
    if (unsent.size === 0 && !res.writableEnded) void write(COMMENT);
  }, socketPingIntervalMs);
  res.once('close', () => {
    clearInterval(ping);
    for (const resolve of unsent) resolve(false);
  });
  return write;
}

async function* once(result: ExecutionResult): AsyncGenerator<ExecutionResult> {
  yield result;
}

function eventOf({ errors, ...result }: ExecutionResult): string {
  const shown = errors ? { errors: errors.map(withoutInternals), ...result } : result;
  return `event: next\ndata: ${textOfResult(shown)}\n\n`;
}

/**
 * Clients of graphql-sse take a bare `complete` as the end of the subscription, and would never
 * subscribe again.
 */
function goingAway(): GraphQLError {
  const message = 'This server is going away. Subscribe again, with what you have as "after": another one answers.';
  return new GraphQLError(message, { extensions: { code: 'GOING_AWAY', retryable: true } });
}

/** A refusal has its own status and headers; an open stream has 200. */
export function headOf(results: AsyncIterable<ExecutionResult> | ExecutionResult): {
  status: number;
  headers: Record<string, string>;
} {
  let status = 200;
  const headers: Record<string, string> = {};
  for (const { extensions } of isAsyncIterable(results) ? [] : (results.errors ?? [])) {
    const { http } = extensions;
    if (typeof http !== 'object' || http === null) continue;
    if ('status' in http && typeof http.status === 'number' && !('spec' in http && http.spec))
      status = Math.max(status, http.status);
    if ('headers' in http) Object.assign(headers, http.headers);
  }
  return { status, headers };
}
