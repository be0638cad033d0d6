/**
 * Knows the issued keys that this process was asked with, so that a request with one of them reads
 * nothing.
 *
 * A key is known for a lease: LEASE_MS from the moment at which the statement began that found it
 * not revoked. While it is in use the lease is renewed beside the requests, and a request after its
 * end waits for a new read. A revocation is answered LEASE_MS and a tenth after its commit. By then
 * every lease from before the commit has ended, in every process, whether or not it can reach the
 * database. So a key opens nothing once its revocation was answered. Nothing has to be heard, and
 * no two clocks are compared: a lease ends by the monotonic clock and by the system's, whichever is
 * earlier, because the first may stand still while a machine sleeps.
 */
import { createHash } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';
import type { IssuedKeyActor } from './actor.ts';
import { readInTurn } from './read-in-turn.ts';
import { findKeys, type KnownKey, noteUse } from './tables/secret-keys.ts';

export interface KnownKeys {
  /** The holder of a key whose lease has not ended; undefined for every other text. */
  findKnown(key: string): IssuedKeyActor | undefined;
  /**
   * The holder of a key; undefined where it is none, or was revoked.
   * @throws UnreadableError, OverloadedError.
   */
  find(key: string): Promise<IssuedKeyActor | undefined>;
  /** True where the actor's key is not revoked. @throws UnreadableError, OverloadedError. */
  isValid(actor: IssuedKeyActor): Promise<boolean>;
  /**
   * Calls `end` about a second after the key is revoked at most, where the database can be read.
   * @returns a function that cancels it.
   */
  onRevoked(actor: IssuedKeyActor, end: () => void): () => void;
  close(): Promise<void>;
}

export interface KnownKeysDeps {
  readonly database: Pick<Database, 'statements'>;
  readonly log: Log;
}

export const LEASE_MS = 1_000;
const RENEW_EVERY_MS = 400;
/** A key that was not used for so long is forgotten, unless a stream is open with it. */
const FORGOTTEN_AFTER_MS = 60_000;
const NOTE_USE_EVERY_SECONDS = 60;
/** Texts that look like keys and wait for a read, however many callers invent them. */
const MOST_WAITING = 1_000;

interface Known {
  readonly actor: IssuedKeyActor;
  readonly digest: string;
  lease: Lease;
  usedAtMs: number;
  /** When its use was last handed to the table. */
  notedAtMs: number;
}

interface Lease {
  readonly monotonicMs: number;
  readonly systemMs: number;
}

const leaseFromNow = (): Lease => ({ monotonicMs: performance.now(), systemMs: Date.now() });

function hasEnded({ monotonicMs, systemMs }: Lease): boolean {
  const system = Date.now() - systemMs;
  return performance.now() - monotonicMs >= LEASE_MS || system >= LEASE_MS || system < 0;
}

export function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

export function openKnownKeys({ database: { statements }, log }: KnownKeysDeps): KnownKeys {
  const known = new Map<string, Known>();
  const byId = new Map<string, Known>();
  /** By the ids of keys. */
  const watchers = new Map<string, Set<() => void>>();
  let isAway = false;

  function learn({ digest, id, name, scopes }: KnownKey, lease: Lease): Known {
    const before = known.get(digest);
    if (before) {
      before.lease = lease;
      return before;
    }
    const actor: IssuedKeyActor = { kind: 'app', key: { id, name }, scopes };
    const key = { actor, digest, lease, usedAtMs: performance.now(), notedAtMs: Number.NEGATIVE_INFINITY };
    known.set(digest, key);
    byId.set(id, key);
    return key;
  }

  function forget({ digest, actor }: Known): void {
    known.delete(digest);
    byId.delete(actor.key.id);
  }

  /** Of a text that is no key, or no more. */
  function refuse(digest: string): void {
    const key = known.get(digest);
    if (!key) return;
    forget(key);
    for (const end of watchers.get(key.actor.key.id) ?? []) end();
  }

  /** Reads keys, and gives those that are not revoked a lease from before the read. */
  async function read(digests: readonly string[]): Promise<void> {
    const lease = leaseFromNow();
    const found = await findKeys(statements, digests);
    for (const key of found) learn(key, lease);
    const valid = new Set(found.map(({ digest }) => digest));
    for (const digest of digests) if (!valid.has(digest)) refuse(digest);
  }

  const ask = readInTurn(async (digests) => {
    await read(digests);
    return (digest) => known.get(digest);
  }, MOST_WAITING);

  function use(key: Known | undefined): IssuedKeyActor | undefined {
    if (key) key.usedAtMs = performance.now();
    return key?.actor;
  }

  /** Renews what is in use, and forgets the rest. */
  async function renew(): Promise<void> {
    const now = performance.now();
    for (const key of known.values()) if (now - key.usedAtMs > FORGOTTEN_AFTER_MS && !watchers.has(key.actor.key.id)) forget(key);
    if (known.size === 0) return;
    try {
      await read([...known.keys()]);
      await noteUses();
      isAway = false;
    } catch (err) {
      if (!isAway) log.warn({ err }, 'access: keys could not be read; trying again');
      isAway = true;
    }
  }

  async function noteUses(): Promise<void> {
    const used = [...known.values()].filter(
      ({ usedAtMs, notedAtMs }) => usedAtMs > notedAtMs && performance.now() - notedAtMs >= NOTE_USE_EVERY_SECONDS * 1_000,
    );
    if (used.length === 0) return;
    const now = performance.now();
    await noteUse(
      statements,
      used.map(({ actor }) => actor.key.id),
      NOTE_USE_EVERY_SECONDS,
    );
    for (const key of used) key.notedAtMs = now;
  }

  const renewing = repeat({ everyMs: RENEW_EVERY_MS, run: renew });

  return {
    findKnown(text) {
      const key = known.get(digestOf(text));
      return key && !hasEnded(key.lease) ? use(key) : undefined;
    },
    async find(text) {
      const digest = digestOf(text);
      const key = known.get(digest);
      return use(key && !hasEnded(key.lease) ? key : await ask(digest));
    },
    async isValid({ key: { id } }) {
      const key = byId.get(id);
      return use(key && hasEnded(key.lease) ? await ask(key.digest) : key) !== undefined;
    },
    onRevoked({ key: { id } }, end) {
      const watching = watchers.get(id) ?? new Set();
      watchers.set(id, watching.add(end));
      if (!byId.has(id)) queueMicrotask(() => watching.has(end) && end());
      return () => {
        watching.delete(end);
        if (watching.size === 0 && watchers.get(id) === watching) watchers.delete(id);
      };
    },
    async close() {
      await renewing.close();
      await noteUses().catch(() => undefined);
    },
  };
}

/** For servers without a table of keys. */
export const NO_KNOWN_KEYS: Omit<KnownKeys, 'close'> = {
  findKnown: () => undefined,
  find: async () => undefined,
  isValid: async () => false,
  onRevoked: () => () => undefined,
};
