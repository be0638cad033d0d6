/**
 * Sends the pushes of a socket's subscription.
 *
 * graphql-ws would serialise every push for every socket. Here a push that several sockets get has
 * one text, to which each adds its operation's id. graphql-ws still pulls: it gets only what it
 * must work on, which is a result with errors, and the end.
 */
import type { ExecutionResult } from 'graphql';
import { textOfResult } from '../answers/result-text.ts';
import type { PushQueue } from '../limits/push-queue.ts';

export interface SocketPushes {
  readonly operationId: string;
  /** Undefined where more may be sent at once. */
  readonly send: (text: string) => Promise<void> | undefined;
  readonly deliver: PushQueue['deliver'];
}

/** The results that graphql-ws has to send itself. Pulling from them sends the others. */
export function sendPushes(
  results: AsyncIterable<ExecutionResult>,
  { operationId, send, deliver }: SocketPushes,
): AsyncIterableIterator<ExecutionResult> {
  const iterator = results[Symbol.asyncIterator]();
  const head = `{"id":${JSON.stringify(operationId)},"type":"next","payload":`;
  const leave = async () => {
    await iterator.return?.();
    return { done: true, value: undefined } as const;
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (;;) {
        const pulled = await iterator.next();
        if (pulled.done || pulled.value.errors) return pulled;
        const { data, extensions } = pulled.value;
        let room: Promise<void> | undefined;
        const delivered = deliver(() => {
          room = send(`${head}${textOfResult({ data, extensions })}}`);
        });
        if (delivered) await delivered;
        // It fails where the socket has closed meanwhile.
        if (room && !(await room.then(isTrue, isFalse))) return leave();
      }
    },
    return: leave,
  };
}

const isTrue = () => true;
const isFalse = () => false;
