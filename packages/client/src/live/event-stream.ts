/** A session over SSE, one request per watch, for networks that block WebSockets. */
import { createParser } from 'eventsource-parser';
import { send } from './ask.ts';
import { asLiveError, LiveError } from './live-error.ts';
import { hand, type OpenSession, type Result, type Watch } from './session.ts';

/** The server sends something at least every 12 s. */
const SILENCE_MAX_MS = 30_000;

export const openEventStreamSession: OpenSession = (options) => {
  const { onLive, onHeard, onEnd } = options;
  const closing = new AbortController();

  function end(error: unknown): void {
    if (closing.signal.aborted) return;
    closing.abort();
    onEnd(asLiveError(error));
  }

  async function listen<Message, Answer>(watch: Watch<Message, Answer>, leaving: AbortController): Promise<void> {
    const signal = AbortSignal.any([closing.signal, leaving.signal]);
    let patience = setTimeout(end, SILENCE_MAX_MS);
    const take = (result: Result<Message>) => {
      if (signal.aborted) return;
      if (!result.errors) onHeard();
      hand(result, { ...watch, fail: refuse }, { onEnd: end });
    };
    /** Ends this watch only; the others go on. */
    const refuse = (error: LiveError) => {
      leaving.abort();
      watch.fail(error);
    };
    try {
      const response = await send({ ...options, operation: watch.subscription(), accept: 'text/event-stream', signal });
      if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
        take(await response.json().catch(() => ({})));
        throw new LiveError(`Brim answered ${response.status}.`, 'HTTP');
      }
      // A refusal may arrive as a stream as well.
      if (response.ok) onLive();
      const takeChunk = eventReader((text) => take(JSON.parse(text)));
      let isOpen = false;
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        clearTimeout(patience);
        patience = setTimeout(end, SILENCE_MAX_MS);
        // The first chunk is the opening comment; later ones show that the connection works.
        if (isOpen) onHeard();
        isOpen = true;
        takeChunk(chunk.value);
      }
      throw asLiveError();
    } catch (error) {
      if (!leaving.signal.aborted) end(error);
    } finally {
      clearTimeout(patience);
    }
  }

  return {
    close: () => closing.abort(),
    add(watch) {
      const leaving = new AbortController();
      void listen(watch, leaving);
      return () => leaving.abort();
    },
  };
};

/**
 * Joins chunks and calls `onEvent` with the data of each event that has data. Comments are pings.
 */
export function eventReader(onEvent: (text: string) => void): (chunk: string) => void {
  const parser = createParser({ onEvent: ({ data }) => data && onEvent(data) });
  return (chunk) => parser.feed(chunk);
}
