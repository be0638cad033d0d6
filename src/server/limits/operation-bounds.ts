/** How much one operation, or one push of a subscription, may consume while it runs. */
import type { Limits } from './limits.ts';

export interface Bounds {
  /** Fields that are read, and items of lists. */
  readonly values: number;
  /** Fields that wait. Batching turns them into far fewer statements. */
  readonly loads: number;
  /** Statements that fields send by themselves, as the schema declares. */
  readonly statements: number;
  readonly timeMs: number;
}

export function boundsOf(limits: Limits): { readonly operation: Bounds; readonly push: Bounds } {
  const { operationMaxLoads: loads, operationMaxStatements: statements, operationMaxMs: timeMs } = limits;
  return {
    operation: { values: limits.operationMaxValues, loads, statements, timeMs },
    push: { values: limits.pushMaxValues, loads, statements, timeMs },
  };
}
