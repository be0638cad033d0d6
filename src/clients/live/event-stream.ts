/** Told over SSE, a request for each watch: for networks that let no WebSocket through. */
import { send } from './ask.ts';
import { asLiveError, LiveError, toLiveError } from './live-error.ts';
import { hand, type OpenSession, type Result, type Watch } from './session.ts';

/** The server says something every 12 s at the least. */
const SILENCE_MAX_MS = 30_000;

export const openEventStreamSession: OpenSession = (options) => {
  const { onLive, onEnd } = options;
  const closing = new AbortController();

  function end(error: unknown): void {
    if (closing.signal.aborted) return;
    closing.abort();
    onEnd(asLiveError(error));
  }

  async function listen<Message, Answer>(watch: Watch<Message, Answer>, leaving: AbortController): Promise<void> {
    const signal = AbortSignal.any([closing.signal, leaving.signal]);
    let patience = setTimeout(end, SILENCE_MAX_MS);
    try {
      const response = await send({ ...options, operation: watch.subscription(), accept: 'text/event-stream', signal });
      if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
        throw await refusalOf(response);
      onLive();
      const take = eventReader((text) => {
        const result: Result<Message> = JSON.parse(text);
        if (!signal.aborted) hand(result, watch, { onEnd: end });
      });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
        clearTimeout(patience);
        patience = setTimeout(end, SILENCE_MAX_MS);
        take(chunk.value);
      }
      throw new LiveError('The stream ended.', 'NETWORK');
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

async function refusalOf(response: Response): Promise<LiveError> {
  const { errors: [error] = [] }: Result<never> = await response.json().catch(() => ({}));
  return error ? toLiveError(error) : new LiveError(`Brim answered ${response.status}.`, 'HTTP');
}

/** Puts chunks together again, and gives the data of each event that has any. Comments are pings. */
export function eventReader(onEvent: (text: string) => void): (chunk: string) => void {
  let rest = '';
  return (chunk) => {
    const events = (rest + chunk.replaceAll('\r', '')).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const text = event.replaceAll(/^(?!data:).*\n?/gm, '').replaceAll(/^data: ?/gm, '');
      if (text) onEvent(text);
    }
  };
}
