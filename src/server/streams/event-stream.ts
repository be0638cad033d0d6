/**
 * Results over SSE, as graphql-sse's "distinct connections mode" has them: an event `next` for each, and `complete` at the end.
 *
 * It answers at once, with headers and a comment, so that no proxy keeps a page waiting for the first change; it says something every
 * few seconds; and it is paced by its reader as a socket is: nothing is pulled before the last message has left this process, and a
 * reader that takes nothing for long is cut off. When the process closes, each stream says so and is completed.
 */
import type { ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import type { Log } from '../../platform/log.ts';
import { isLostPush } from '../answers/lost-push.ts';
import { withoutInternals } from '../answers/masking.ts';
import type { Limits } from '../limits/limits.ts';

export interface EventStreams {
  /** Sends the results, and returns when the stream has ended, at either side. */
  serve(results: AsyncIterable<ExecutionResult> | ExecutionResult, res: ServerResponse): Promise<void>;
  /** Completes every stream, and those that are opened from now on. */
  close(): Promise<void>;
}

export type StreamLimits = Pick<Limits, 'socketPingIntervalMs' | 'socketStallTimeoutMs' | 'socketGoodbyeMs'>;

const COMMENT = ':\n\n';
const COMPLETE = 'event: complete\ndata:\n\n';

export function openEventStreams({ limits, log }: { readonly limits: StreamLimits; readonly log: Log }): EventStreams {
  const open = new Map<EventStream, Promise<void>>();
  let closed = false;

  return {
    async serve(results, res) {
      const { status, headers } = headOf(results);
      res.writeHead(status, { ...headers, ...STREAM_HEADERS });
      const stream = openEventStream(isAsyncIterable(results) ? results : once(results), res, limits);
      if (closed) stream.end();
      const sent = stream.run().catch((err: unknown) => {
        // Cut without `complete`, it is one that clients come back for.
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
  // nginx keeps what it is not told to pass on.
  'x-accel-buffering': 'no',
};

interface EventStream {
  /** Sends until the results end, the reader is gone, or the stream is ended. */
  run(): Promise<void>;
  /** Says goodbye and completes, as far as the reader takes it in a moment. */
  end(): void;
}

function openEventStream(results: AsyncIterable<ExecutionResult>, res: ServerResponse, limits: StreamLimits): EventStream {
  const iterator = results[Symbol.asyncIterator]();
  const write = openWriter(res, limits);
  let isEnding = false;
  /** Answers the wait for the next result with none. */
  let interrupt: (() => void) | undefined;
  res.once('close', () => interrupt?.());

  const next = (): Promise<IteratorResult<ExecutionResult> | undefined> =>
    new Promise((resolve, reject) => {
      interrupt = () => resolve(undefined);
      if (isEnding || res.closed) return interrupt();
      iterator.next().then(resolve, reject);
    });
  // A generator that waits for something settles this only afterwards, so nobody awaits it.
  const leave = () => void iterator.return?.()?.catch(() => undefined);

  return {
    async run() {
      await write(COMMENT);
      for (let result = await next(); !result?.done; result = await next()) {
        // Yoga makes a value of what a stream throws.
        const lost = result?.value.errors?.find(isLostPush);
        if (lost) throw lost;
        const isSent = await write(result ? eventOf(result.value) : eventOf({ errors: [goingAway()] }));
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

/** Resolves with true when what was written has left this process, and with false when the reader is gone, or is cut off. */
type Write = (text: string) => Promise<boolean>;

function openWriter(res: ServerResponse, { socketPingIntervalMs, socketStallTimeoutMs }: StreamLimits): Write {
  /** One at a time, but for the comments between them. */
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
  return `event: next\ndata: ${JSON.stringify(shown)}\n\n`;
}

/** Clients of graphql-sse take a bare `complete` for the end of the subscription, and would never come back. */
function goingAway(): GraphQLError {
  const message = 'This server is going away. Subscribe again, with what you have as "after": another one answers.';
  return new GraphQLError(message, { extensions: { code: 'GOING_AWAY', retryable: true } });
}

/** A refusal has its own status and headers, a stream that was opened has 200. */
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
