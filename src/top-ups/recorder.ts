import type { Recorder } from '../ledger/model/recorder.ts';
import { loweredOf } from './rules/lowered.ts';
import { intentsPart } from './tables/fire.ts';

/** Writes the intents of entries with them. */
export const recordTopUps: Recorder = (parameters, { entries }, condition) => {
  const lowered = loweredOf(entries);
  return lowered.length === 0 ? [] : [intentsPart(parameters, lowered, condition)];
};
