/**
 * Which customer tokens were taken back before their end.
 *
 * A token says of which generation of its customer's it is; revoking begins the next one, in the database. So what counts is which came
 * first there, and not what a clock said: a token made after a revocation is good, in whatever process and however soon. Each process keeps
 * the revocations in mind that a live token may be older than, and looks for new ones every second; nothing is read when a token is shown.
 */
import { type Database, reading, writing } from '../database/database.ts';
import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';
import { findGeneration, findRevocations, insertRevocation, type Revocation } from './tables.ts';

export interface Revocations {
  /** Of which generation a token is that is made now. @throws UnreadableError, OverloadedError. */
  generationOf(customerId: string): Promise<number>;
  isRevoked(customerId: string, generation: number): boolean;
  /** Calls `end` once such a token is revoked, at the latest a second or so after that; soon, where it is already. @returns what forgets it. */
  onRevoked(customerId: string, generation: number, end: () => void): () => void;
  /** Revokes all tokens that were made before. @returns when. @throws OutcomeUnknownError: doing it again does no harm. */
  revoke(customerId: string): Promise<Date>;
  close(): Promise<void>;
}

export interface RevocationsDeps {
  readonly database: Pick<Database, 'client'>;
  readonly log: Log;
  /** A token lives no longer than this, by the clock of the process that made it. */
  readonly tokenMaxSeconds: number;
}

const LOOK_EVERY_MS = 1_000;
/** By the clock here a token may live so much longer: a process whose clock was ahead made it. */
const CLOCKS_DIFFER_SECONDS = 86_400;
/** A revocation shows only when it is committed, which its instant does not wait for; and processes do not look at exact instants. */
const LOOK_BACK_SECONDS = 60;

export async function openRevocations({ database: { client }, log, tokenMaxSeconds }: RevocationsDeps): Promise<Revocations> {
  const known = new Map<string, { readonly generation: number; readonly keptUntilMs: number }>();
  const watchers = new Map<string, Set<{ readonly generation: number; readonly end: () => void }>>();
  const keptSeconds = tokenMaxSeconds + CLOCKS_DIFFER_SECONDS;
  const isRevoked = (customerId: string, generation: number) => generation < (known.get(customerId)?.generation ?? 0);

  function learn({ customerId, generation }: Revocation): void {
    if (!isRevoked(customerId, generation - 1))
      known.set(customerId, { generation, keptUntilMs: performance.now() + keptSeconds * 1_000 });
    for (const watcher of watchers.get(customerId) ?? []) if (watcher.generation < generation) watcher.end();
  }

  function forgetOld(): void {
    for (const [customerId, { keptUntilMs }] of known) if (keptUntilMs < performance.now()) known.delete(customerId);
  }

  let heardAtMs = performance.now();
  let isAway = false;
  async function look(): Promise<void> {
    const askedAtMs = performance.now();
    try {
      const seconds = LOOK_BACK_SECONDS + (askedAtMs - heardAtMs) / 1_000;
      for (const revocation of await reading(() => findRevocations(client, seconds))) learn(revocation);
      heardAtMs = askedAtMs;
      isAway = false;
    } catch (err) {
      if (!isAway) log.warn({ err }, 'access: revocations of tokens could not be read; trying again');
      isAway = true;
    }
    forgetOld();
  }

  for (const revocation of await reading(() => findRevocations(client, keptSeconds))) learn(revocation);
  const looking = repeat({ everyMs: LOOK_EVERY_MS, run: look });

  return {
    generationOf: (customerId) => reading(() => findGeneration(client, customerId)),
    isRevoked,
    onRevoked(customerId, generation, end) {
      const watcher = { generation, end };
      const watching = watchers.get(customerId) ?? new Set();
      watchers.set(customerId, watching.add(watcher));
      if (isRevoked(customerId, generation)) queueMicrotask(() => watching.has(watcher) && end());
      return () => {
        watching.delete(watcher);
        if (watching.size === 0 && watchers.get(customerId) === watching) watchers.delete(customerId);
      };
    },
    async revoke(customerId) {
      const revocation = await writing(() => insertRevocation(client, customerId));
      learn(revocation);
      return revocation.revokedAt;
    },
    close: () => looking.close(),
  };
}

/** Where no token can be revoked: all are of generation 0. */
export const NO_REVOCATIONS: Omit<Revocations, 'close'> = {
  generationOf: async () => 0,
  isRevoked: () => false,
  onRevoked: () => () => undefined,
  revoke: async () => {
    throw new Error('There is no database that keeps revocations.');
  },
};
