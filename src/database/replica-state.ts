/**
 * Whether the replica is used: from a look at it that finds it fit until a read of it fails. It is
 * looked at every few seconds, so it is used again by itself, and no read waits to find out that it
 * is away.
 */

import { facts } from '../platform/facts.ts';
import type { Log } from '../platform/log.ts';
import { repeat } from '../platform/repeat.ts';
import { DomainError } from '../values/errors.ts';
import { connectionFailureOf } from './connection-errors.ts';
import { failureOf } from './failure.ts';
import { openReplica, ReplicaError } from './replica.ts';
import { placeOf } from './startup-connection.ts';
import type { StatementValue } from './statement-values.ts';
import type { Statements } from './statements.ts';

export interface ReplicaState {
  /** Never rejects. @returns null where the replica does not answer: then the primary must. */
  read<Row>(text: string, values: readonly StatementValue[]): Promise<readonly Row[] | null>;
  hurry(): void;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 2_000;
/** A replica that comes and goes is not told of each time. */
const WARN_EVERY_MS = 60_000;

const replicaFacts = facts('replica');

export interface ReplicaStateDeps {
  /** That of a replica. */
  readonly url: string;
  readonly primary: Pick<Statements, 'read'>;
  readonly log: Log;
}

export function openReplicaState({ url, primary, log }: ReplicaStateDeps): ReplicaState {
  const replica = openReplica(url, primary);
  const place = placeOf(url);
  let isUsed = false;
  let told: 'used' | 'unused' | undefined;
  let warnedAtMs = Number.NEGATIVE_INFINITY;

  function note(isFit: boolean): void {
    isUsed = isFit;
    replicaFacts.publish({ isUsed });
  }

  function succeed(): void {
    if (told !== 'used') log.info({ replica: place }, 'replica: answers reports from now on');
    told = 'used';
    note(true);
  }

  function fail(error: unknown): void {
    // Says nothing about the replica: the primary failed, or many reports run.
    if (error instanceof DomainError || failureOf(error)?.kind === 'crowded') return;
    note(false);
    if (told === 'unused' || performance.now() - warnedAtMs < WARN_EVERY_MS) return;
    told = 'unused';
    warnedAtMs = performance.now();
    log.warn({ replica: place }, `replica: ${reasonOf(error, place)} The primary answers reports meanwhile.`);
  }

  const looking = repeat({
    everyMs: LOOK_EVERY_MS,
    startsAtOnce: true,
    run: () => replica.read('SELECT 1', []).then(succeed, fail),
  });

  return {
    async read(text, values) {
      if (!isUsed) return null;
      try {
        return await replica.read(text, values);
      } catch (error) {
        fail(error);
        return null;
      }
    },
    hurry: replica.hurry,
    async close() {
      await looking.close();
      await replica.close();
    },
  };
}

/** A sentence. */
function reasonOf(error: unknown, place: string): string {
  if (error instanceof ReplicaError) return `DATABASE_READ_URL is not used: ${error.message}`;
  const { what } = connectionFailureOf(error);
  return `DATABASE_READ_URL: ${what.replaceAll('{place}', place)}`;
}
