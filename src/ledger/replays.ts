/** Answers commands again whose idempotency key was answered before. */
import { IdempotencyConflictError } from '../values/errors.ts';
import { nameOf, type Outcome } from './apply.ts';
import type { Command } from './model/posting.ts';
import type { LedgerEntry } from './model/types.ts';
import * as store from './tables/answered.ts';
import type { Reader } from './tables/reader.ts';

/** Answers the commands whose idempotency key was answered in an earlier batch. */
export async function answerReplays(
  reader: Reader,
  commands: readonly Command[],
  outcomes: (Outcome | undefined)[],
): Promise<void> {
  const keyed = openKeys(commands, outcomes);
  if (keyed.length === 0) return;
  const answered = new Map((await store.readAnswered(reader, keyed)).map((each) => [nameOf(each.customerId, each.key), each]));
  const found = keyed.flatMap((each) => {
    const first = answered.get(nameOf(each.customerId, each.key));
    return first ? [{ ...each, first }] : [];
  });
  if (found.length === 0) return;
  const entries = await store.readOutcomes(reader, [...new Set(found.map((each) => each.first))]);
  for (const { index, customerId, key, fingerprint, first } of found) {
    outcomes[index] =
      first.fingerprint === fingerprint
        ? { posted: { entries: entries.filter((entry) => isOf(entry, customerId, first)), replayed: true, applied: true } }
        : { refusal: new IdempotencyConflictError(key) };
  }
}

function isOf(entry: LedgerEntry, customerId: string, answered: store.AnsweredCommand): boolean {
  return entry.customerId === customerId && entry.sequence >= answered.firstSequence && entry.sequence <= answered.lastSequence;
}

/** The keys of the commands that have no outcome yet. */
export function openKeys(commands: readonly Command[], outcomes: readonly (Outcome | undefined)[]) {
  return commands.flatMap(({ customerId, idempotency }, index) =>
    idempotency && !outcomes[index] ? [{ index, customerId, ...idempotency }] : [],
  );
}
