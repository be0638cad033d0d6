/** Asks for something until it is there, with pauses that grow to half a minute. */
import { openBackOff } from './back-off.ts';
import { asLiveError, type LiveError } from './live-error.ts';

/** A value that is loaded. */
export interface Loaded<Value> {
  readonly value?: Value;
  /** The error of the last attempt to load it. */
  readonly error?: LiveError;
}

export interface Loader {
  /** Asks now, unless it is there. */
  start(): void;
  /** Asks no more, until it is started again. */
  stop(): void;
}

/** @param isRepeated Whether it is asked again after this error. */
export function openLoader(load: () => Promise<unknown>, isRepeated: (error: LiveError) => boolean): Loader {
  const backOff = openBackOff();
  let isLoaded = false;
  let isWanted = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function start(): void {
    clearTimeout(retry);
    isWanted = true;
    if (isLoaded) return;
    load().then(
      () => {
        isLoaded = true;
      },
      (problem: unknown) => {
        const error = asLiveError(problem);
        clearTimeout(retry);
        if (isWanted && isRepeated(error)) retry = setTimeout(start, Math.max(error.retryAfterMs, backOff.next()));
      },
    );
  }

  return {
    start,
    stop() {
      clearTimeout(retry);
      isWanted = false;
    },
  };
}
