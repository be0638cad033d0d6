import type { Recorder } from '../../ledger/model/recorder.ts';
import { eventsPart } from '../tables/events.ts';
import { eventsOf } from './entry-events.ts';
import { limitEventsOf } from './limit-events.ts';

export { eventsFrom } from '../tables/events.ts';

/** Writes the events of entries with them. Costs other entries a comparison of two numbers. */
export interface EntryRecorder {
  readonly record: Recorder;
  /** Called after a commit. @returns true where a batch had events since the last call. */
  hadEvents(): boolean;
}

export function openEntryRecorder(): EntryRecorder {
  let had = false;
  return {
    record(parameters, moves, condition) {
      const events = [...eventsOf(moves), ...limitEventsOf(moves)];
      if (events.length === 0) return [];
      had = true;
      return [eventsPart(parameters, events, condition)];
    },
    hadEvents() {
      const since = had;
      had = false;
      return since;
    },
  };
}
