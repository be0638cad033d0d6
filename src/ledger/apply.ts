/** The pure part of a batch. */
import { DomainError, IdempotencyConflictError } from '../values/errors.ts';
import type { ReadStates } from './account-states.ts';
import { changesBetween, usageOf } from './changes.ts';
import { type AccountState, poolOf } from './model/account-state.ts';
import type { Command, LimitsAround, PastUse, Posted } from './model/posting.ts';
import type { LedgerEntry } from './model/types.ts';
import { limitsAt } from './model/usage-limit.ts';
import { applyCommand } from './rules/apply-command.ts';
import { openBook } from './rules/book.ts';
import { catchUp, catchUpAhead } from './rules/catch-up.ts';
import type { Changes } from './tables/write.ts';

export type Outcome = { readonly posted: Posted } | { readonly refusal: DomainError };

export interface Applied {
  readonly changes: Changes;
  /** The accounts after the batch. */
  readonly states: ReadonlyMap<string, AccountState>;
}

/**
 * The rules refused a command after its effect had written. The transaction must be rolled back and
 * run again without it.
 */
export class RefusedAfterEffect extends Error {
  readonly index: number;
  readonly refusal: DomainError;

  constructor(index: number, refusal: DomainError) {
    super('refused after its effect');
    this.index = index;
    this.refusal = refusal;
  }
}

/**
 * Lets overdue accounts catch up, and then applies each open command in order of arrival to the
 * state that the one before it left. Fills in the outcomes.
 */
export function applyInOrder(
  commands: readonly Command[],
  outcomes: (Outcome | undefined)[],
  { states: before, overdue }: ReadStates,
  now: Date,
): Applied {
  const states = new Map(before);
  const entries: LedgerEntry[] = [];
  for (const [customerId, { later, ahead }] of overdue) {
    const state = states.get(customerId);
    if (!state) continue;
    const book = openBook(state, now);
    const caughtUp = ahead ? catchUpAhead(book, ahead, later) : catchUp(book, later);
    states.set(customerId, caughtUp.state);
    for (const entry of caughtUp.entries) entries.push(entry);
  }
  const pastUse: (PastUse & { readonly customerId: string })[] = [];
  const answered = new Map<string, { fingerprint: string; posted: Posted }>();
  const keys: Changes['commands'][number][] = [];
  commands.forEach((command, index) => {
    const state = states.get(command.customerId);
    if (outcomes[index] || !state) return;
    const name = command.idempotency && nameOf(command.customerId, command.idempotency.key);
    const earlier = name === undefined ? undefined : answered.get(name);
    if (earlier && command.idempotency) {
      outcomes[index] =
        earlier.fingerprint === command.idempotency.fingerprint
          ? { posted: { entries: earlier.posted.entries, replayed: true, applied: true } }
          : { refusal: new IdempotencyConflictError(command.idempotency.key) };
      return;
    }
    try {
      const applied = applyCommand(state, command, now);
      states.set(command.customerId, applied.state);
      for (const entry of applied.entries) entries.push(entry);
      for (const use of command.pastUse ?? []) pastUse.push({ customerId: command.customerId, ...use });
      const posted = {
        entries: applied.entries,
        replayed: false,
        applied: true,
        grantAfter: grantsIn(applied.state),
        limits: () => limitsOf(state, applied.state, now),
      };
      outcomes[index] = { posted };
      const [first, last] = [applied.entries.at(0), applied.entries.at(-1)];
      if (name !== undefined && command.idempotency && first && last) {
        const { key, fingerprint } = command.idempotency;
        answered.set(name, { fingerprint, posted });
        const range = { firstSequence: first.sequence, lastSequence: last.sequence };
        keys.push({ customerId: command.customerId, key, fingerprint, ...range, createdAt: now });
      }
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (command.effects?.length) throw new RefusedAfterEffect(index, error);
      outcomes[index] = { refusal: error };
    }
  });
  return {
    changes: {
      ...changesBetween(before, states),
      ...{ before, at: now, entries, usage: usageOf(entries, pastUse), commands: keys },
    },
    states,
  };
}

/** Finds a grant as a command left it. Searches on demand, because few answers need a grant. */
function grantsIn(state: AccountState): NonNullable<Posted['grantAfter']> {
  return ({ featureId, id }) => poolOf(state, featureId).grants.find((grant) => grant.id === id);
}

function limitsOf(before: AccountState, after: AccountState, now: Date): LimitsAround {
  const { customerId } = before;
  return { before: limitsAt(customerId, before.limits, now), after: limitsAt(customerId, after.limits, now) };
}

/** Ids and keys contain no line feed. */
export const nameOf = (customerId: string, name: string): string => `${customerId}\n${name}`;
