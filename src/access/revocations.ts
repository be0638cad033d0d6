/**
 * Knows which customer tokens were revoked before their expiry.
 *
 * A token carries a generation of its customer, and a revocation begins the next generation, in the
 * database. The order in the database decides, and no clock: a token that was made after a
 * revocation is valid in every process at once. Each process keeps the revocations that a live
 * token may be older than, and reads new ones every second. Verifying a token reads nothing.
 */
import { type Database, reading, writing } from '../database/database.ts';
import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';
import {
  erasedKeyOf,
  findGeneration,
  findRevocations,
  insertRevocation,
  isErasedKey,
  type Revocation,
} from './tables/token-revocations.ts';

export interface Revocations {
  /** The generation of a token that is made now. @throws UnreadableError, OverloadedError. */
  generationOf(customerId: string): Promise<number>;
  isRevoked(customerId: string, generation: number): boolean;
  /**
   * Calls `end` within about a second after such a token is revoked; soon, if it already is.
   * @returns a function that cancels it.
   */
  onRevoked(customerId: string, generation: number, end: () => void): () => void;
  /**
   * Revokes all tokens that were made before.
   * @returns the time of the revocation.
   * @throws OutcomeUnknownError: revoking again does no harm.
   */
  revoke(customerId: string): Promise<Date>;
  close(): Promise<void>;
}

export interface RevocationsDeps {
  readonly database: Pick<Database, 'client'>;
  readonly log: Log;
  /** The longest lifetime of a token, by the clock of the process that made it. */
  readonly tokenMaxSeconds: number;
}

const LOOK_EVERY_MS = 1_000;
/** The allowance for tokens of a process whose clock was ahead of this one's. */
const CLOCKS_DIFFER_SECONDS = 86_400;
/**
 * A revocation is visible only after its commit, which is later than its timestamp, and processes
 * do not read at exact times.
 */
const LOOK_BACK_SECONDS = 60;

export async function openRevocations({ database: { client }, log, tokenMaxSeconds }: RevocationsDeps): Promise<Revocations> {
  const known = new Map<string, { readonly generation: number; readonly keptUntilMs: number }>();
  const watchers = new Map<string, Set<{ readonly generation: number; readonly end: () => void }>>();
  const keptSeconds = tokenMaxSeconds + CLOCKS_DIFFER_SECONDS;
  /** How many of the known are of erased customers. While none is, nothing is hashed. */
  let erased = 0;
  const newestOf = (key: string) => known.get(key)?.generation ?? 0;
  const isRevoked = (customerId: string, generation: number) =>
    generation < newestOf(customerId) || (erased > 0 && generation < newestOf(erasedKeyOf(customerId)));

  function learn({ customerId, generation }: Revocation): void {
    endWatchers(customerId, generation);
    if (newestOf(customerId) >= generation) return;
    if (isErasedKey(customerId)) {
      if (!known.has(customerId)) erased += 1;
      for (const each of watchers.keys()) if (erasedKeyOf(each) === customerId) endWatchers(each, generation);
    }
    known.set(customerId, { generation, keptUntilMs: performance.now() + keptSeconds * 1_000 });
  }

  function endWatchers(customerId: string, generation: number): void {
    for (const watcher of watchers.get(customerId) ?? []) if (watcher.generation < generation) watcher.end();
  }

  function forgetOld(): void {
    for (const [customerId, { keptUntilMs }] of known) {
      if (keptUntilMs >= performance.now()) continue;
      known.delete(customerId);
      if (isErasedKey(customerId)) erased -= 1;
    }
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

/** For servers where no token can be revoked: all tokens have generation 0. */
export const NO_REVOCATIONS: Omit<Revocations, 'close'> = {
  generationOf: async () => 0,
  isRevoked: () => false,
  onRevoked: () => () => undefined,
  revoke: async () => {
    throw new Error('There is no database that keeps revocations.');
  },
};
