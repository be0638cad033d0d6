/** Plans: what can be attached. */
import type { PlanFieldsFragment } from '../documents/generated/graphql.ts';
import { PlansText, PlanText } from '../documents/generated/texts.ts';
import type { Call, CallOptions } from './call.ts';

export type Plan = PlanFieldsFragment;

export interface PlanVerbs {
  /** The newest version of each plan that is on sale, the oldest plan first. */
  plans(options?: CallOptions): Promise<readonly Plan[]>;
  /** One plan, also where it is archived; null where there is none with this id. */
  plan(id: string, options?: CallOptions): Promise<Plan | null>;
}

export function planVerbs(call: Call): PlanVerbs {
  return {
    plans: async (options) => (await call(PlansText, {}, options)).plans,
    plan: async (id, options) => (await call(PlanText, { id }, options)).plan,
  };
}
