import type { Statements } from '../database/statements.ts';
import type { Log } from '../platform/log.ts';
import { formatDecimal } from '../values/decimal.ts';
import type { AlertLimit } from './model/alert.ts';
import { findLimitsSince } from './tables/alerts.ts';

/**
 * The limits that were ever set, by feature, in the memory of this process: a use of a feature
 * without alerts costs a look into a map. They only say which entries are looked at. Whose alerts
 * there are then, the statement asks that writes the entries.
 *
 * What this process sets is known at once, what another sets a second later at most.
 */
export interface KnownLimits {
  of(featureId: string): readonly AlertLimit[];
  /** Reads those that were set since. @throws what the read throws. */
  read(): Promise<void>;
  /** The same, for a loop: what fails is logged and tried with the next call. */
  refresh(): Promise<void>;
}

export interface KnownLimitsDeps {
  readonly statements: Pick<Statements, 'read'>;
  readonly log: Log;
}

const NONE: readonly AlertLimit[] = [];

export function openKnownLimits({ statements, log }: KnownLimitsDeps): KnownLimits {
  const byFeature = new Map<string, Map<string, AlertLimit>>();
  const lists = new Map<string, readonly AlertLimit[]>();
  let position = 0n;

  async function read(): Promise<void> {
    const found = await findLimitsSince(statements, position);
    for (const { featureId, ...limit } of found.limits) {
      const known = byFeature.get(featureId) ?? new Map<string, AlertLimit>();
      byFeature.set(featureId, known.set(nameOf(limit), limit));
      lists.set(featureId, [...known.values()]);
    }
    if (found.position > position) position = found.position;
  }

  return {
    of: (featureId) => lists.get(featureId) ?? NONE,
    read,
    refresh: () =>
      read().catch((err: unknown) => log.warn({ err }, 'alerts: what was set could not be read; trying again in a second')),
  };
}

const nameOf = ({ below, belowPercentage }: AlertLimit): string =>
  below === null ? `${belowPercentage}%` : formatDecimal(below);
