/** A session by polling, where nothing can be pushed. It is at most one interval late. */
import { ask } from './ask.ts';
import type { LiveError } from './live-error.ts';
import type { OpenSession } from './session.ts';

export const openPollingSession: OpenSession = (options) => {
  const { pollIntervalMs, onLive, onHeard, onEnd } = options;
  const leaves = new Set<() => void>();

  function close(): void {
    for (const leave of leaves) leave();
    leaves.clear();
  }

  return {
    close,
    add(watch) {
      let timer: ReturnType<typeof setTimeout>;
      let left = false;
      const leave = () => {
        left = true;
        clearTimeout(timer);
      };
      const poll = () =>
        ask<Parameters<typeof watch.answer>[0]>(watch.question, options).then(
          (answer) => {
            if (left) return;
            onLive();
            onHeard();
            watch.answer(answer);
            timer = setTimeout(poll, pollIntervalMs);
          },
          (error: LiveError) => {
            if (left) return;
            if (!error.retryable && error.code !== 'UNAUTHENTICATED') return watch.fail(error);
            close();
            onEnd(error);
          },
        );
      leaves.add(leave);
      void poll();
      return leave;
    },
  };
};
