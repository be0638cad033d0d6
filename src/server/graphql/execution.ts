/**
 * Executes queries and mutations, of every transport: charged first, then refused where the key has
 * no scope for them, then within their bounds. The result says what it cost, and which of its
 * errors belong to a command that stands.
 */
import { execute as executeWhole } from '@graphql-tools/executor';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { withIncompleteAnswers } from '../answers/incomplete-answers.ts';
import { maskError } from '../answers/masking.ts';
import type { BoundedExecution, Execute, Execution } from '../limits/bounded-execution.ts';
import { refuseScopes } from '../limits/key-scopes.ts';
import type { RateLimitedContext, RateLimiting } from '../limits/rate-limiting.ts';
import { isMeasured, measured } from './measured-operation.ts';

export interface ExecutionOptions {
  readonly rateLimiting: Pick<RateLimiting, 'admit'>;
  readonly bounded: Pick<BoundedExecution, 'execute'>;
}

/** Executes a valid operation; `context` is its context value. Errors of the result are masked. */
export type ExecuteOperation = (args: ExecutionArgs, context: RateLimitedContext) => Execution;

/** Yoga's executor. No directive of the schema makes a result incremental. */
const run = executeWhole as Execute;

export function openExecution({ rateLimiting, bounded }: ExecutionOptions): ExecuteOperation {
  const execute: ExecuteOperation = (args, context) => {
    const { refusal, extensions } = rateLimiting.admit(args, context);
    if (refusal) return refusal;
    const missing = refuseScopes(args, context.caller);
    if (missing) return { errors: [maskError(missing)], extensions };
    const done = (result: ExecutionResult) => masked({ ...withIncompleteAnswers(result, context), extensions });
    const execution = bounded.execute(args, run, context);
    return execution instanceof Promise ? execution.then(done) : done(execution);
  };
  return (args, context) => (isMeasured() ? measured(execute, args, context) : execute(args, context));
}

function masked(result: ExecutionResult): ExecutionResult {
  return result.errors?.length ? { ...result, errors: result.errors.map(maskError) } : result;
}

/** Executes the operations of Yoga and of sockets in the same way, and checks subscriptions. */
export function useExecution(execute: ExecuteOperation): Plugin<RateLimitedContext> {
  return {
    onExecute: ({ setExecuteFn }) => setExecuteFn((args: ExecutionArgs) => execute(args, contextOf(args))),
    onSubscribe({ args, setResultAndStopExecution }) {
      const missing = refuseScopes(args, contextOf(args).caller);
      if (missing) setResultAndStopExecution({ errors: [maskError(missing)] });
    },
  };
}

function contextOf({ contextValue }: ExecutionArgs): RateLimitedContext {
  if (typeof contextValue !== 'object' || contextValue === null) throw new Error('An operation is executed without a context.');
  return contextValue;
}
