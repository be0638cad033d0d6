/** A request that a person makes: whether it is under way, and what came of the last one. */
import { useCallback, useState } from 'react';
import type { LiveError } from '../live/index.ts';
import { asLiveError } from '../live/live-error.ts';

export interface Attempt<Parameters extends readonly unknown[], Answer> {
  /** @throws LiveError. */
  readonly send: (...parameters: Parameters) => Promise<Answer>;
  readonly isBusy: boolean;
  /** What came of the last one, a refusal included. */
  readonly answer: Answer | null;
  readonly error: LiveError | null;
}

interface State<Answer> {
  readonly isBusy: boolean;
  readonly answer?: Answer;
  readonly error?: LiveError;
}

/** @param ask Stays the same from render to render, as a callback of useCallback does. */
export function useAttempt<Parameters extends readonly unknown[], Answer>(
  ask: (...parameters: Parameters) => Promise<Answer>,
): Attempt<Parameters, Answer> {
  const [{ isBusy, answer = null, error = null }, setState] = useState<State<Answer>>({ isBusy: false });
  const send = useCallback(
    async (...parameters: Parameters) => {
      setState({ isBusy: true });
      try {
        const sent = await ask(...parameters);
        setState({ isBusy: false, answer: sent });
        return sent;
      } catch (cause) {
        setState({ isBusy: false, error: asLiveError(cause) });
        throw cause;
      }
    },
    [ask],
  );
  return { send, isBusy, answer, error };
}
