import type { AutoTopUpStatus, Suspension } from './types.ts';

/** What the status of an auto top-up follows from. */
export interface Facts {
  readonly enabled: boolean;
  readonly suspended: Suspension | null;
  /** When its open intent is due; null where there is none. */
  readonly dueAt: Date | null;
  readonly begun: boolean;
}

/** Pure. An intent that is due is about to be charged. */
export function statusOf({ enabled, suspended, dueAt, begun }: Facts, now: Date): AutoTopUpStatus {
  if (!enabled) return 'DISABLED';
  if (suspended) return 'SUSPENDED';
  if (dueAt === null) return 'IDLE';
  return begun || dueAt <= now ? 'CHARGING' : 'BACKING_OFF';
}
