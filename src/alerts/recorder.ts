import type { Recorder } from '../ledger/model/recorder.ts';
import { balanceIn, entryIn } from '../webhooks/events/entry-events.ts';
import { eventsFrom } from '../webhooks/events/recorder.ts';
import type { KnownLimits } from './known-limits.ts';
import { crossingsOf } from './model/alert.ts';
import { TRIGGERED, triggersPart } from './tables/triggers.ts';

/** Writes which alerts the entries of a batch trigger, and the event of each, with the entries. */
export interface AlertRecorder {
  readonly record: Recorder;
  /** Called after a commit. @returns true where a batch may have had events since the last call. */
  hadEvents(): boolean;
}

export function openAlertRecorder(limits: Pick<KnownLimits, 'of'>): AlertRecorder {
  let had = false;
  return {
    record(parameters, moves, condition) {
      const crossings = crossingsOf(moves, limits.of);
      if (crossings.length === 0) return [];
      had = true;
      const dataOf = ({ entry }: (typeof crossings)[number]) => ({ balance: balanceIn(entry), entry: entryIn(entry) });
      return [
        ...triggersPart(parameters, crossings, condition, dataOf),
        eventsFrom('low_events', `SELECT 'BALANCE_LOW' AS type, customer_id, occurred_at, data FROM ${TRIGGERED}`),
      ];
    },
    hadEvents() {
      const since = had;
      had = false;
      return since;
    },
  };
}
