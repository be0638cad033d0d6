/**
 * What one operation may cost: it is refused before it runs where it is more than anybody needs. What a subscription selects is paid
 * for again with every push, so it may cost far less.
 */
import type { GraphQLError } from 'graphql';
import { tooComplex } from './document-limits.ts';
import type { Limits } from './limits.ts';

export interface CostLimits {
  /** The refusal of a query or mutation that may cost so much, if it is refused. */
  refuseOperation(cost: number): GraphQLError | undefined;
  /** The same of a subscription, for each push. */
  refuseSubscription(cost: number): GraphQLError | undefined;
}

export function openCostLimits({
  documentMaxCost,
  subscriptionMaxCost,
}: Pick<Limits, 'documentMaxCost' | 'subscriptionMaxCost'>): CostLimits {
  return {
    refuseOperation(cost) {
      if (cost <= documentMaxCost) return undefined;
      const words = `This operation may return ${cost} values; ${documentMaxCost} is the most.`;
      return tooComplex(`${words} Ask for fewer with "first", or in several operations.`);
    },
    refuseSubscription(cost) {
      if (cost <= subscriptionMaxCost) return undefined;
      const words = `Each push of this subscription may hold ${cost} values; ${subscriptionMaxCost} is the most.`;
      return tooComplex(`${words} Select less, and query the rest.`);
    },
  };
}
