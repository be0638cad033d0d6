/**
 * Operations while they run: each within its bounds, over HTTP, SSE and WebSocket, and each push of a subscription like an operation
 * of its own.
 *
 * What is stopped is answered at once, with the reason and nothing else. A mutation says of each verb whether it was done: it is
 * stopped only between two of them. It goes on when its caller leaves, for half of what was sent is worse than all of it.
 */
import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { cutOff, isMutation } from './cut-off.ts';
import type { Limits } from './limits.ts';
import { countWith } from './metered-schema.ts';
import { boundsOf, Meter } from './operation-bounds.ts';

/** What is known of who waits. */
export interface Waiting {
  /** True once nobody waits for the answer. */
  readonly hasLeft?: () => boolean;
}

export interface Running {
  /** What a push says, and whether it was too much: then its subscription ends. `waiting` is the context of the operation. */
  push(args: ExecutionArgs, waiting: Waiting): Promise<Push>;
  /** For everything but subscriptions. */
  readonly plugin: Plugin<Waiting>;
}

export interface Push {
  readonly result: ExecutionResult;
  readonly isTooMuch: boolean;
}

/** How late a stop may be: far below what a caller would notice. */
const LOOK_EVERY_MS = 250;

type Execution = ExecutionResult | Promise<ExecutionResult>;

export function openRunning(limits: Limits): Running {
  const bounds = boundsOf(limits);
  const watch = openWatch();

  /** The answer; or, as soon as there will be none, what is said instead. */
  function answerOf(meter: Meter, execution: Promise<ExecutionResult>, instead: Instead): Promise<ExecutionResult> {
    watch.add(meter);
    return new Promise((resolve, reject) => {
      meter.onStop((reason) => resolve(instead(reason)));
      execution.then(resolve, reject).finally(() => watch.remove(meter));
    });
  }

  return {
    async push(args, waiting) {
      const meter = new Meter(bounds.push, waiting.hasLeft ?? stays);
      countWith(waiting, meter);
      const result = await answerOf(meter, Promise.resolve(execute(args)), refusal);
      return { result, isTooMuch: meter.stopped !== undefined };
    },
    plugin: {
      onExecute({ args, executeFn, setExecuteFn }) {
        const isVerb = isMutation(args);
        const meter = new Meter(bounds.operation, isVerb ? stays : (args.contextValue.hasLeft ?? stays));
        countWith(args.contextValue, meter);
        const instead: Instead = isVerb ? (reason) => cutOff(args, meter, reason) : refusal;
        setExecuteFn((executed: ExecutionArgs) => {
          const execution: Execution = executeFn(executed);
          if (execution instanceof Promise) return answerOf(meter, execution, instead);
          return meter.stopped ? instead(meter.stopped) : execution;
        });
      },
    },
  };
}

type Instead = (reason: GraphQLError) => ExecutionResult;

const stays = () => false;
const refusal: Instead = (reason) => ({ errors: [reason] });

/** Looks at what runs now and then. While nothing runs there is no timer. */
function openWatch(): { add(meter: Meter): void; remove(meter: Meter): void } {
  const running = new Set<Meter>();
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const nowMs = performance.now();
    for (const meter of running) {
      meter.look(nowMs);
      // It may never come to an end.
      if (meter.stopped) running.delete(meter);
    }
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    add(meter) {
      running.add(meter);
      timer ??= setInterval(look, LOOK_EVERY_MS).unref();
    },
    remove: (meter) => void running.delete(meter),
  };
}
