/**
 * The audit log: who did what, when, and with which request. Owns the table audit_entry.
 *
 * An entry is written before its operation begins, and is finished or deleted once the outcome is
 * known. So nothing changes without an entry, whatever fails, also where the change is Stripe's and
 * no transaction holds both. Uses (track, holds) are the exception: the ledger's entry itself says
 * who made it, so the statement of a use does not become two.
 */
import { z } from 'zod';
import { type Database, reading } from '../database/database.ts';
import { findPositionsOf } from '../database/position-of-instant.ts';
import type { Log } from '../platform/log.ts';
import type { Clock } from '../values/clock.ts';
import { readNumber, writeCursor } from '../values/cursors.ts';
import * as schema from '../values/input.ts';
import { inTime, narrowed, type Page, type PageRequest, readPage } from '../values/page.ts';
import { readTimeRange, type TimeRange } from '../values/time-range.ts';
import { type AuditEntry, type AuditedCall, type AuditedEnd, auditActorOf } from './model.ts';
import { endOfError } from './outcome.ts';
import * as store from './tables.ts';

export interface AuditLogRequest extends PageRequest, TimeRange {
  readonly customerId?: string | null | undefined;
  readonly actorId?: string | null | undefined;
}

type Work<Result> = () => Result | Promise<Result>;
/** What an answer says of what was changed. */
type EndOf<Result> = (result: Result) => AuditedEnd;

export interface Audit {
  /**
   * Does the work of an operation, and records it if it changed something.
   * @throws what the work throws; UnavailableError or OverloadedError where the entry could not be
   * written, and the work was not begun.
   */
  record<Result>(call: AuditedCall, work: Work<Result>, endOf: EndOf<Result>): Promise<Result>;
  /**
   * The same for an operation that usually changes nothing: the entry is written after it. A
   * process that dies in between leaves none.
   */
  recordAfter<Result>(call: AuditedCall, work: Work<Result>, endOf: EndOf<Result>): Promise<Result>;
  /** Newest first. @throws InvalidInputError. */
  list(request: AuditLogRequest): Promise<Page<AuditEntry>>;
}

export interface AuditDeps {
  readonly database: Pick<Database, 'statements' | 'reports'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * How much earlier an operation may have begun than the entry before it: longer than an operation
 * lasts whose entry is written after it.
 */
const DISORDER_MS = 600_000;

const reasonText = schema.text(500);
const filters = z.object({ customerId: schema.id.nullish(), actorId: schema.id.nullish() });

export function openAudit({ database: { statements, reports }, clock, log }: AuditDeps): Audit {
  const begun = ({ actor, operation, customerId, reason, requestId }: AuditedCall) => ({
    at: clock.now(),
    actor: auditActorOf(actor),
    operation,
    customerId: schema.id.safeParse(customerId).data ?? null,
    reason: reasonText.safeParse(reason).data ?? null,
    requestId,
  });

  /** A failure leaves the entry as it is: it says that the outcome was not recorded. */
  async function finish(position: bigint, end: AuditedEnd, reason: string | null): Promise<void> {
    if (end.changed === 'unknown') return;
    const finished =
      end.changed === 'nothing'
        ? store.deleteEntry(statements, position)
        : store.finishEntry(statements, position, { ...end, reason });
    await finished.catch((err: unknown) => log.warn({ err, position: String(position) }, 'audit: an outcome was not recorded'));
  }

  return {
    async record(call, work, endOf) {
      const entry = begun(call);
      const position = await store.insertEntry(statements, { ...entry, done: false, ids: {} });
      return ending(work, endOf, (end) => finish(position, end, entry.reason));
    },
    recordAfter(call, work, endOf) {
      const entry = begun(call);
      return ending(work, endOf, async (end) => {
        if (end.changed === 'nothing') return;
        const done = end.changed === 'something';
        const known = done ? { customerId: end.customerId ?? entry.customerId, ids: end.ids } : { ids: {} };
        await store
          .insertEntry(statements, { ...entry, ...known, done })
          .catch((err: unknown) => log.error({ err, ...entry, reason: undefined }, 'audit: an operation was not recorded'));
      });
    },
    async list({ customerId, actorId, from, to, ...page }) {
      const named = schema.readInput(filters, { customerId, actorId });
      const range = readTimeRange({ from, to });
      const report = reports.of('auditLog');
      return readPage(page, readNumber, (slice) =>
        reading(async () => {
          const ends = await findPositionsOf(report, { table: 'audit_entry', time: 'at' }, range, DISORDER_MS);
          return store.findEntries(report, {
            ...narrowed(inTime(slice), ends),
            ...range,
            customerId: named.customerId ?? null,
            actorId: named.actorId ?? null,
          });
        }),
      );
    },
  };
}

async function ending<Result>(
  work: Work<Result>,
  endOf: EndOf<Result>,
  end: (how: AuditedEnd) => Promise<void>,
): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await end(endOfError(error));
    throw error;
  }
  await end(endOf(result));
  return result;
}

export function auditCursor({ position }: AuditEntry): string {
  return writeCursor(String(position));
}
