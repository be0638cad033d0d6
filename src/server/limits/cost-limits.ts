/**
 * The highest cost that one operation may have. An operation above it is refused before it runs. A
 * subscription pays again for every push, so its limit is far lower.
 */
import type { GraphQLError } from 'graphql';
import { tooComplex } from './document-limits.ts';
import type { Limits } from './limits.ts';

export interface CostLimits {
  /** The refusal of a query or mutation of this cost; undefined where it may run. */
  refuseOperation(cost: number): GraphQLError | undefined;
  /** The same for each push of a subscription. */
  refuseSubscription(cost: number): GraphQLError | undefined;
}

export function openCostLimits({
  documentMaxCost,
  subscriptionMaxCost,
}: Pick<Limits, 'documentMaxCost' | 'subscriptionMaxCost'>): CostLimits {
  return {
    refuseOperation(cost) {
      if (cost <= documentMaxCost) return undefined;
      const message = `This operation may return ${cost} values; ${documentMaxCost} is the most.`;
      return tooComplex(`${message} Ask for fewer with "first" or "last", or in several operations.`);
    },
    refuseSubscription(cost) {
      if (cost <= subscriptionMaxCost) return undefined;
      const message = `Each push of this subscription may hold ${cost} values; ${subscriptionMaxCost} is the most.`;
      return tooComplex(`${message} Select less, and query the rest.`);
    },
  };
}
