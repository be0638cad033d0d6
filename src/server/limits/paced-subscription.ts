/**
 * A subscription whose every push is paid for and waits for its turn.
 *
 * What it tells of comes from its source; what it says of it is worked out here, once the caller's budget has its cost. Until then the
 * push is kept and nothing more is taken from the source, which keeps the reader's place: a stream pauses, and loses nothing. A push
 * that cannot be worked out now ends the stream, so that its reader comes back for it.
 */
import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { lostPushOf, pauseOf, withRetryStatus } from '../answers/lost-push.ts';
import type { Push } from './bounded-execution.ts';
import type { PushQueue } from './push-queue.ts';

export interface Pacing {
  readonly pushQueue: PushQueue;
  /** Takes the cost of one push, or says how long to wait for it. */
  readonly pay: () => Payment;
  /** What is said of one thing that came. */
  readonly push: (args: ExecutionArgs) => Promise<Push>;
}

export interface Payment {
  /** 0 where it is paid. */
  readonly waitMs: number;
  /** What the answer says of it. */
  readonly extensions: ExecutionResult['extensions'];
}

/** What is too much at once each time is too much for one push: that is said in its place. */
const ATTEMPTS = 5;

/** As graphql's `subscribe`, but for what cannot be read now: the stream throws LostPush. */
export async function subscribePaced(
  args: ExecutionArgs,
  pacing: Pacing,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  return isAsyncIterable<unknown>(source) ? pace(source, args, pacing) : withRetryStatus(source);
}

function pace(
  source: AsyncIterable<unknown>,
  args: ExecutionArgs,
  { pushQueue, pay, push }: Pacing,
): AsyncIterableIterator<ExecutionResult> {
  const iterator = source[Symbol.asyncIterator]();
  const end = { done: true, value: undefined } as const;
  let left = false;
  let resume: (() => void) | undefined;

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => resume?.(), ms);
      resume = () => {
        resume = undefined;
        clearTimeout(timer);
        resolve();
      };
    });

  async function leave(): Promise<void> {
    left = true;
    resume?.();
    await iterator.return?.();
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (left) return end;
      const { done, value } = await iterator.next();
      if (done || left) return end;
      let payment = pay();
      while (payment.waitMs > 0) {
        await wait(payment.waitMs);
        if (left) return end;
        payment = pay();
      }
      const { extensions } = payment;
      const work = () => pushQueue.run(() => push({ ...args, rootValue: value }));
      let pushed = await work();
      for (let attempt = 2; attempt <= ATTEMPTS && pauseOf(pushed.result) > 0; attempt += 1) {
        await wait(pauseOf(pushed.result));
        if (left) return end;
        pushed = await work();
      }
      const { result, isTooMuch } = pushed;
      const lost = lostPushOf(result);
      // The next would be too much, too; a client that came back would only ask for it again.
      if (isTooMuch || lost) void leave();
      if (lost) throw lost;
      return { done: false, value: { ...result, extensions: { ...result.extensions, ...extensions } } };
    },
    async return() {
      await leave();
      return end;
    },
  };
}
