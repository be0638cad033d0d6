/**
 * Executes operations within their bounds, over HTTP, SSE and WebSocket. Each push of a
 * subscription counts as an operation of its own. A customer has a few queries running at once; the
 * others wait in a fair queue.
 *
 * An operation that exceeds a bound is answered at once with the reason, and with nothing else. A
 * mutation stops only between two of its root fields, and says of each whether it was done. It
 * continues when its caller disconnects, because half a request is worse than a whole one.
 */
import { type ExecutionArgs, type ExecutionResult, execute, type GraphQLError } from 'graphql';
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

/** The caller of an operation, as far as it is known. */
export interface CallerContext {
  readonly caller?: Caller | undefined;
  /** True once the caller has disconnected. */
  readonly hasLeft?: (() => boolean) | undefined;
}

export interface BoundedExecution {
  /**
   * Executes one push. `isTooMuch` is true where it exceeded a bound; its subscription then ends.
   * No promise where nothing had to be waited for.
   * @param hasLeft is true once nobody waits for the push.
   */
  push(args: ExecutionArgs, hasLeft: () => boolean): Push | Promise<Push>;
  /** Executes a query or a mutation with `run`. */
  execute(args: ExecutionArgs, run: Execute, context: CallerContext): Execution;
}

export interface Push {
  readonly result: ExecutionResult;
  readonly isTooMuch: boolean;
}

export type Execution = ExecutionResult | Promise<ExecutionResult>;
export type Execute = (args: ExecutionArgs) => Execution;
type Fallback = (reason: GraphQLError) => ExecutionResult;

export function openBoundedExecution(limits: Limits): BoundedExecution {
  const bounds = boundsOf(limits);
  const load: ProcessLoad = { values: 0, maxValues: limits.processMaxValues, timeSlices: openTimeSlices() };
  const watchdog = openWatchdog();
  const queue = openFairQueue({
    atOnce: Number.POSITIVE_INFINITY,
    atOnceOfOwner: limits.customerMaxQueries,
    waitingOfOwner: limits.customerMaxWaitingQueries,
    waitMaxMs: limits.operationMaxMs,
  });

  /**
   * Resolves with the result of the execution; or with the fallback, as soon as the meter stops it.
   */
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
      execution.then(
        (result) => {
          over();
          resolve(result);
        },
        (error: unknown) => {
          over();
          reject(error);
        },
      );
    });
  }

  function runQuery(args: ExecutionArgs, run: Execute, context: CallerContext): Execution {
    const meter = new Meter(bounds.operation, load, context.hasLeft ?? neverLeaves);
    // The caller may have disconnected while the operation waited in the queue.
    meter.check(performance.now());
    if (meter.stopped) return refusal(meter.stopped);
    setMeter(context, meter);
    return answerOf(meter, run(args), refusal);
  }

  function runMutation(args: ExecutionArgs, run: Execute, context: CallerContext): Execution {
    const meter = new Meter(bounds.operation, load, neverLeaves);
    setMeter(context, meter);
    return answerOf(meter, run(args), (reason) => stoppedMutationResult(args, meter, reason));
  }

  return {
    push(args, hasLeft) {
      const meter = new Meter(bounds.push, load, hasLeft);
      if (typeof args.contextValue === 'object' && args.contextValue !== null) setMeter(args.contextValue, meter);
      const pushed = (result: ExecutionResult): Push => ({ result, isTooMuch: meter.stopped !== undefined });
      const answer = answerOf(meter, execute(args), refusal);
      return answer instanceof Promise ? answer.then(pushed) : pushed(answer);
    },
    execute(args, run, context) {
      if (isMutation(args)) return runMutation(args, run, context);
      const actor = context.caller?.actor;
      if (actor?.kind !== 'customer') return runQuery(args, run, context);
      const queued = queue.run(actor.customerId, () => runQuery(args, run, context));
      return queued.catch((error: unknown) => ({ errors: [maskError(error)] }));
    },
  };
}

const neverLeaves = () => false;
const refusal: Fallback = (reason) => ({ errors: [reason] });
