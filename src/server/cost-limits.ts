/**
 * Refuses an operation that may cost more than anybody needs, before it runs. What a subscription selects is paid for again with
 * every push, so it may cost far less.
 */
import type { Plugin } from 'graphql-yoga';
import { type CostedOperation, costOf } from './document-cost.ts';
import { tooComplex } from './document-limits.ts';
import type { Limits } from './limits.ts';

export function useCostLimits({
  documentMaxCost,
  subscriptionMaxCost,
}: Pick<Limits, 'documentMaxCost' | 'subscriptionMaxCost'>): Plugin {
  return {
    onExecute(hook) {
      const refuse = (cost: number) =>
        `This operation may return ${cost} values; ${documentMaxCost} is the most. Ask for fewer with "first", or in several operations.`;
      refuseAbove(documentMaxCost, hook, refuse);
    },
    onSubscribe(hook) {
      const refuse = (cost: number) =>
        `Each push of this subscription may hold ${cost} values; ${subscriptionMaxCost} is the most. Select less, and query the rest.`;
      refuseAbove(subscriptionMaxCost, hook, refuse);
    },
  };
}

interface OperationHook {
  readonly args: CostedOperation;
  setResultAndStopExecution(result: { errors: ReturnType<typeof tooComplex>[] }): void;
}

function refuseAbove(most: number, { args, setResultAndStopExecution }: OperationHook, wordsFor: (cost: number) => string): void {
  const cost = costOf(args);
  if (cost > most) setResultAndStopExecution({ errors: [tooComplex(wordsFor(cost))] });
}
