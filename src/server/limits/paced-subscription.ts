/**
 * A subscription that pays for every push, and executes it when the push queue allows.
 *
 * The source delivers the events. This file executes the push for an event once the caller's budget
 * covers its cost. Until then it keeps the event and pulls nothing more from the source, which
 * keeps the reader's position: a stream pauses and loses nothing. A push that cannot be read now
 * ends the stream, so that its reader subscribes again.
 */
import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { facts } from '../../platform/facts.ts';
import { spans } from '../../platform/spans.ts';
import { DomainError } from '../../values/errors.ts';
import { lostPushOf, pauseOf, withRetryStatus } from '../answers/lost-push.ts';
import { maskError } from '../answers/masking.ts';
import type { Push } from './bounded-execution.ts';
import { codesOf, nameOf } from './operation-name.ts';
import type { Execute, HasLeft, Selection } from './shared-pushes.ts';

export interface Pacing {
  /** Called once the subscription is open. */
  readonly join: () => Selection;
  /** Takes the cost of one push from the budget, or says how long to wait. */
  readonly pay: () => Payment;
  /** Executes the push for one event, unless an equal subscription has done so. */
  readonly push: (args: ExecutionArgs, hasLeft: HasLeft) => Push | Promise<Push>;
  /** True once the reader has disconnected. */
  readonly hasLeft: HasLeft;
}

export interface Payment {
  /** 0 where it is paid. */
  readonly waitMs: number;
  /** What the answer shows about its cost. */
  readonly extensions: ExecutionResult['extensions'];
}

const pushes = facts('push');

/** A push that is rate limited this many times is too large: the reader gets the error instead. */
const ATTEMPTS = 5;

/**
 * As graphql's `subscribe`, except that the stream throws LostPush where a push cannot be read now.
 */
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
  { join, pay, push, hasLeft }: Pacing,
): AsyncIterableIterator<ExecutionResult> {
  const iterator = source[Symbol.asyncIterator]();
  const selection = join();
  const isGone = () => left || hasLeft();
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
    selection.leave();
    resume?.();
    await iterator.return?.();
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (left) return end;
      let event: IteratorResult<unknown> | undefined;
      try {
        const pull = () => iterator.next();
        // An event is not a part of the request that subscribed, which may have been hours ago.
        event = await (spans()?.outside(pull) ?? pull());
      } catch (error) {
        // What ends the events for good is the last that the reader is told.
        if (!(error instanceof DomainError) || error.retryable) throw error;
        left = true;
        return { done: false, value: { errors: [maskError(error)] } };
      } finally {
        // The events have ended, or failed.
        if (!event || event.done) selection.leave();
      }
      if (event.done || left) return end;
      let payment = pay();
      while (payment.waitMs > 0) {
        await wait(payment.waitMs);
        if (left) return end;
        payment = pay();
      }
      const { extensions } = payment;
      const span = spans()?.open('push', { ...nameOf(args), event: event.value });
      const execute: Execute = (haveAllLeft) => push({ ...args, rootValue: event.value }, haveAllLeft);
      const work = () =>
        selection.push(event.value, isGone, span ? (haveAllLeft) => span.run(() => execute(haveAllLeft)) : execute);
      const first = work();
      let pushed = first instanceof Promise ? await first : first;
      for (let attempt = 2; attempt <= ATTEMPTS && pauseOf(pushed.result) > 0; attempt += 1) {
        await wait(pauseOf(pushed.result));
        if (left) return end;
        pushed = await work();
      }
      const { result, isTooMuch } = pushed;
      span?.end({ codes: codesOf(result) });
      if (pushes.isHeard) pushes.publish(null);
      const lost = lostPushOf(result);
      // The next push would exceed the bound too, and so would the next one after a new
      // subscription.
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
