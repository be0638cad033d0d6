/**
 * Tells whoever measures it how long an operation took, and with which errors and refusals it was
 * answered.
 */
import { type ExecutionArgs, type ExecutionResult, getOperationAST, Kind } from 'graphql';
import { facts } from '../../platform/facts.ts';
import { refusalsOf } from '../../values/typed-refusals.ts';
import { noteTold } from '../answers/told-errors.ts';
import type { Execution } from '../limits/bounded-execution.ts';
import type { RateLimitedContext } from '../limits/rate-limiting.ts';

const operations = facts('operation');

export const isMeasured = (): boolean => operations.isHeard;

/** As `execute`, whose errors have their codes. */
export function measured(
  execute: (args: ExecutionArgs, context: RateLimitedContext) => Execution,
  args: ExecutionArgs,
  context: RateLimitedContext,
): Execution {
  const startedMs = performance.now();
  const tell = (result: ExecutionResult): ExecutionResult => {
    operations.publish({
      ...nameOf(args),
      ms: performance.now() - startedMs,
      codes: [...new Set(result.errors?.map(({ extensions }) => String(extensions['code'] ?? 'BAD_USER_INPUT')))],
      refusals: refusalsOf(context),
      requestId: context.requestId,
      caller: context.caller?.actor.kind === 'customer' ? 'customer' : context.caller && 'key',
    });
    if (result.errors) noteTold(result.errors);
    return result;
  };
  const execution = execute(args, context);
  return execution instanceof Promise ? execution.then(tell) : tell(execution);
}

/** The schema bounds how many names there are. */
function nameOf({ document, operationName }: ExecutionArgs): { readonly type: string; readonly field: string } {
  const operation = getOperationAST(document, operationName);
  const fields = operation?.selectionSet.selections.map((node) => (node.kind === Kind.FIELD ? node.name.value : 'several'));
  const [first = 'several'] = fields ?? [];
  return { type: operation?.operation ?? 'query', field: fields?.every((each) => each === first) ? first : 'several' };
}
