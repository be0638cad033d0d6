/**
 * Tells whoever measures it how long an operation took, and with which errors and refusals it was
 * answered.
 */
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { facts } from '../../platform/facts.ts';
import { spans } from '../../platform/spans.ts';
import { refusalsOf } from '../../values/typed-refusals.ts';
import { noteTold } from '../answers/told-errors.ts';
import type { Execution } from '../limits/bounded-execution.ts';
import { codesOf, nameOf } from '../limits/operation-name.ts';
import type { RateLimitedContext } from '../limits/rate-limiting.ts';

const operations = facts('operation');

export const isMeasured = (): boolean => operations.isHeard || spans() !== undefined;

/** As `execute`, whose errors have their codes. */
export function measured(
  execute: (args: ExecutionArgs, context: RateLimitedContext) => Execution,
  args: ExecutionArgs,
  context: RateLimitedContext,
): Execution {
  const startedMs = performance.now();
  const operation = nameOf(args);
  const span = spans()?.open('operation', operation);
  const tell = (result: ExecutionResult): ExecutionResult => {
    const codes = codesOf(result);
    const refusals = refusalsOf(context);
    span?.end({ codes, refusals });
    operations.publish({
      type: operation.type,
      field: operation.field,
      ms: performance.now() - startedMs,
      codes,
      refusals,
      requestId: context.requestId,
      caller: context.caller?.actor.kind === 'customer' ? 'customer' : context.caller && 'key',
    });
    if (result.errors) noteTold(result.errors);
    return result;
  };
  const run = () => execute(args, context);
  const execution = span ? span.run(run) : run();
  return execution instanceof Promise ? execution.then(tell) : tell(execution);
}
