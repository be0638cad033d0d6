/** Writes a version of a plan, once the rules that hold across plans allow it. */
import type { Transaction } from '../database/database.ts';
import { refuseInput } from '../values/errors.ts';
import { insertPlan } from './tables.ts';
import { baseGroup, type Plan } from './types.ts';

/** @throws InvalidInputError where another base plan of the group has `autoEnable`, too. */
export function refuseRival(plan: Plan, others: readonly Plan[], path: string): void {
  const group = baseGroup(plan);
  const rival = others.find(
    (other) => plan.autoEnable && other.autoEnable && !other.archivedAt && group !== null && baseGroup(other) === group,
  );
  if (rival) {
    refuseInput(
      [path],
      `the base plan "${rival.id}" of the same group is attached to every new customer already: archive it, or use another group or addOn`,
    );
  }
}

/** @throws InvalidInputError as `refuseRival` does. */
export async function writeVersion(transaction: Transaction, plan: Plan, others: readonly Plan[]): Promise<Plan> {
  refuseRival(plan, others, 'autoEnable');
  await insertPlan(transaction, plan);
  return plan;
}
