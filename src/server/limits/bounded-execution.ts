/**
 * Operations while they run: each within its bounds, over HTTP, SSE and WebSocket, and each push of a subscription like an operation
 * of its own. Of one customer a few queries run at once, and the others wait their turn.
 *
 * What is stopped is answered at once, with the reason and nothing else. A mutation says of each verb whether it was done: it is
 * stopped only between two of them. It goes on when its caller leaves, for half of what was sent is worse than all of it.
 */
import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../../access/budgets.ts';
import { openFairQueue } from '../../platform/fair-queue.ts';
import { maskError } from '../answers/masking.ts';
import type { Limits } from './limits.ts';
import { setMeter } from './metered-resolvers.ts';
import { boundsOf } from './operation-bounds.ts';
import { Meter, type ProcessLoad } from './operation-meter.ts';
import { isMutation, stoppedMutationResult } from './stopped-mutation.ts';
import { openTimeSlices } from './time-slices.ts';
import { openWatchdog } from './watchdog.ts';

/** What is known of who waits. */
export interface Waiting {
  readonly caller?: Caller;
  /** True once nobody waits for the answer. */
  readonly hasLeft?: () => boolean;
}

export interface BoundedExecution {
  /** What a push says, and whether it was too much: then its subscription ends. `waiting` is the context of the operation. */
  push(args: ExecutionArgs, waiting: Waiting): Promise<Push>;
  /** For everything but subscriptions. */
  readonly plugin: Plugin<Waiting>;
}

export interface Push {
  readonly result: ExecutionResult;
  readonly isTooMuch: boolean;
}

type Execution = ExecutionResult | Promise<ExecutionResult>;
type Fallback = (reason: GraphQLError) => ExecutionResult;

export function openBoundedExecution(limits: Limits): BoundedExecution {
  const bounds = boundsOf(limits);
  const load: ProcessLoad = { values: 0, maxValues: limits.processMaxValues, timeSlices: openTimeSlices() };
  const watchdog = openWatchdog();
  const turns = openFairQueue({
    atOnce: Number.POSITIVE_INFINITY,
    atOnceOfOwner: limits.customerMaxQueries,
    waitingOfOwner: limits.customerMaxWaitingQueries,
    waitMaxMs: limits.operationMaxMs,
  });

  /** The answer; or, as soon as there will be none, what is said fallback. */
  function answerOf(meter: Meter, execution: Execution, fallback: Fallback): Execution {
    if (!(execution instanceof Promise)) {
      meter.end();
      return meter.stopped ? fallback(meter.stopped) : execution;
    }
    watchdog.add(meter);
    return new Promise((resolve, reject) => {
      const over = (): void => {
        watchdog.remove(meter);
        meter.end();
      };
      meter.onStop((reason) => {
        over();
        resolve(fallback(reason));
      });
      execution.then(resolve, reject).finally(over);
    });
  }

  function ask(args: ExecutionArgs, run: (args: ExecutionArgs) => Execution, waiting: Waiting): Execution {
    const meter = new Meter(bounds.operation, load, waiting.hasLeft ?? stays);
    // It may have waited for its turn, and nobody waits for it any more.
    meter.look(performance.now());
    if (meter.stopped) return refusal(meter.stopped);
    setMeter(waiting, meter);
    return answerOf(meter, run(args), refusal);
  }

  function command(args: ExecutionArgs, run: (args: ExecutionArgs) => Execution, waiting: Waiting): Execution {
    const meter = new Meter(bounds.operation, load, stays);
    setMeter(waiting, meter);
    return answerOf(meter, run(args), (reason) => stoppedMutationResult(args, meter, reason));
  }

  return {
    async push(args, waiting) {
      const meter = new Meter(bounds.push, load, waiting.hasLeft ?? stays);
      setMeter(waiting, meter);
      const result = await answerOf(meter, execute(args), refusal);
      return { result, isTooMuch: meter.stopped !== undefined };
    },
    plugin: {
      onExecute({ args, executeFn, setExecuteFn }) {
        const waiting = args.contextValue;
        const actor = waiting.caller?.actor;
        setExecuteFn((executed: ExecutionArgs) => {
          if (isMutation(args)) return command(executed, executeFn, waiting);
          if (actor?.kind !== 'customer') return ask(executed, executeFn, waiting);
          const inTurn = turns.run(actor.customerId, () => ask(executed, executeFn, waiting));
          return inTurn.catch((error: unknown) => ({ errors: [maskError(error)] }));
        });
      },
    },
  };
}

const stays = () => false;
const refusal: Fallback = (reason) => ({ errors: [reason] });
