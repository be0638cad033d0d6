/**
 * A subscription over server-sent events: its messages one after another, for as long as somebody
 * asks for them.
 *
 * A stream that is lost is opened again after a back-off. A reader that is slow holds the stream
 * up, and no memory fills.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { readData } from './answer.ts';
import { BrimError } from './brim-error.ts';
import { post, type RequestOptions, TIMEOUT_MS } from './request.ts';
import { type RetryOptions, retryDelayMs } from './retry.ts';
import { readRetryAfter } from './retry-after.ts';

/** Brim sends a comment every 12 s at the least. */
const SILENCE_MAX_MS = 30_000;

export interface StreamOptions extends Omit<RequestOptions, 'signal'>, RetryOptions {
  /** Called with each failure after which the stream is opened again. */
  readonly onLost?: ((error: BrimError) => void) | undefined;
}

/**
 * The messages of a subscription.
 * @param variables Those with which it is opened, the first time and each time again.
 * @throws BrimError where it was refused, and opening it again would not help.
 */
export async function* follow<Data>(
  document: string,
  variables: () => unknown,
  options: StreamOptions,
  signal: AbortSignal,
): AsyncGenerator<Data, void> {
  for (let failures = 0; !signal.aborted; failures += 1) {
    try {
      for await (const data of readOnce(document, variables(), options, signal)) {
        failures = 0;
        yield data as Data;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof BrimError && error.retryable)) throw error;
      options.onLost?.(error);
      await wait(retryDelayMs(failures, options, error), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** @throws BrimError in any case: a stream has no end of its own. */
async function* readOnce(
  document: string,
  variables: unknown,
  options: StreamOptions,
  outer: AbortSignal,
): AsyncGenerator<unknown, void> {
  const silence = new AbortController();
  const signal = AbortSignal.any([outer, silence.signal]);
  /** What comes, unless it stays away for too long. A reader that takes its time is waited for. */
  const within = async <Value>(coming: Promise<Value>, patienceMs: number): Promise<Value> => {
    const patience = setTimeout(() => silence.abort(), patienceMs);
    return coming.finally(() => clearTimeout(patience));
  };
  try {
    const { timeoutMs = TIMEOUT_MS } = options;
    const response = await within(post({ document, variables }, options, { accept: 'text/event-stream', signal }), timeoutMs);
    const { status, body, headers } = response;
    if (!body || !headers.get('content-type')?.startsWith('text/event-stream')) {
      readData({
        status,
        text: await response.text(),
        retryAfterSeconds: readRetryAfter(headers.get('retry-after'), Date.now()),
      });
      throw lost();
    }
    const events: string[] = [];
    const parser = createParser({ onEvent: ({ data }) => data && events.push(data) });
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const chunk = await within(reader.read(), SILENCE_MAX_MS);
      if (chunk.done) throw lost();
      parser.feed(chunk.value);
      for (const text of events.splice(0)) {
        const data = readData({ status, text });
        if (data) yield data;
      }
    }
  } catch (error) {
    throw error instanceof BrimError ? error : lost(error);
  } finally {
    // Where the reader left, the request is still open.
    silence.abort();
  }
}

function lost(cause?: unknown): BrimError {
  return new BrimError('The stream was lost.', { retryable: true, code: 'NETWORK', cause });
}

/**
 * An iterable that ends at once when its reader leaves, also in the middle of a wait for the next
 * item.
 */
export function endable<Item>(
  open: (signal: AbortSignal) => AsyncGenerator<Item, void>,
  signals: readonly (AbortSignal | undefined)[],
): AsyncIterableIterator<Item> {
  const leaving = new AbortController();
  const items = open(AbortSignal.any([leaving.signal, ...signals.filter((each) => each !== undefined)]));
  return {
    next: () => items.next(),
    return() {
      leaving.abort();
      return items.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
