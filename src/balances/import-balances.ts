import { z } from 'zod';
import type { Customers } from '../customers/customers.ts';
import { DomainError, InvalidInputError, refuseInput } from '../values/errors.ts';
import { fingerprint } from '../values/fingerprint.ts';
import type { Ids } from '../values/ids.ts';
import * as schema from '../values/input.ts';
import { type Creations, openCreations } from './creations.ts';
import { atPath } from './refusal-paths.ts';
import type { TrackDeps } from './track.ts';

export interface ImportDeps extends TrackDeps {
  readonly customers: Pick<Customers, 'create' | 'creation' | 'find'>;
  readonly ids: Ids;
}

/** What came of an import. A row is in one of the three. */
export interface Imported {
  /** How many rows are in the ledger by this request. */
  readonly imported: number;
  /** How many were there already, under their keys. */
  readonly replayed: number;
  readonly refused: readonly RefusedRow[];
  /** False where nothing was imported, for the audit log. */
  readonly changed: boolean;
}

/** A row of which nothing was imported. */
export interface RefusedRow {
  /** Its place in the request, from 0. */
  readonly index: number;
  /** The path of its first problem in the input; empty if the row as a whole is refused. */
  readonly path: readonly string[];
  readonly code: string;
  readonly message: string;
  /** True where the same row may be taken when it is sent again, with the same key. */
  readonly retryable: boolean;
}

export const MAX_IMPORT_ROWS = 1_000;
export const MAX_PAST_HOURS = 1_000;
const HOUR_MS = 3_600_000;
const REASON = 'opening balance';

const pastHour = z.object({ hour: schema.instant, amount: schema.positive });

/** One customer's opening balance of one feature. */
export const importRow = z.object({
  customerId: schema.id,
  name: schema.text(200).nullish(),
  email: schema.email.nullish(),
  featureId: schema.id,
  remaining: schema.decimal,
  expiresAt: schema.instant.nullish().transform((instant) => instant ?? null),
  usage: z
    .array(pastHour)
    .max(MAX_PAST_HOURS, `must have at most ${MAX_PAST_HOURS} hours`)
    .nullish()
    .transform((usage) => usage ?? []),
  reason: schema
    .text(500)
    .nullish()
    .transform((reason) => reason ?? REASON),
  idempotencyKey: schema.idempotencyKey,
});

type ImportRow = z.infer<typeof importRow>;

/**
 * Takes over customers from another system: each row is an opening balance, with what was used in
 * past hours. A customer who does not exist is created first, as `createCustomer` does. A row whose
 * key was used before changes nothing, so an import that broke off is sent again.
 * @throws InvalidInputError if there are no rows or too many.
 */
export async function importBalances(deps: ImportDeps, rows: readonly unknown[]): Promise<Imported> {
  if (rows.length < 1 || rows.length > MAX_IMPORT_ROWS)
    refuseInput(['rows'], `must be 1 to ${MAX_IMPORT_ROWS}`, rows.length < 1 ? 'REQUIRED' : 'TOO_LARGE');
  const creations = openCreations(deps);
  const results = await Promise.allSettled(rows.map((row) => importOne(deps, creations, row)));
  const taken = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const replayed = taken.filter((row) => row.replayed).length;
  return {
    changed: taken.length > replayed,
    imported: taken.length - replayed,
    replayed,
    refused: results.flatMap((result, index) => (result.status === 'rejected' ? [refusedRow(index, result.reason)] : [])),
  };
}

async function importOne(
  { catalog, ledger, clock, ids, madeBy }: ImportDeps,
  creations: Creations,
  input: unknown,
): Promise<{ readonly replayed: boolean }> {
  const row = schema.readInput(importRow, input);
  const { customerId, featureId, remaining: amount, expiresAt, usage, reason } = row;
  if (expiresAt && amount <= 0n)
    refuseInput(['expiresAt'], 'must be left out: only an opening above zero expires', 'NOT_ALLOWED');
  if (usage.length > 0) checkHours(usage, clock.now());
  if ((await catalog.typeOf(featureId)) === 'BOOLEAN') refuseInput(['featureId'], 'is a boolean feature: it has no balance');
  const creation = await creations.take({ id: customerId, name: row.name, email: row.email });
  const { idempotencyKey: key, ...request } = row;
  // In one turn, so that one transaction writes the customer and the opening.
  const [posted] = await Promise.all([
    ledger.post({
      customerId,
      postings: [{ verb: 'opening', featureId, grantId: ids.next('grant'), amount, expiresAt, reason }],
      madeBy,
      pastUse: usage.map((use) => ({ featureId, ...use })),
      idempotency: { key, fingerprint: fingerprint('importBalances', request) },
    }),
    creation.posted,
  ]).catch(atPath({ amount: 'remaining' }));
  return posted;
}

/** @throws InvalidInputError for each hour that has not begun or is there twice. */
function checkHours(usage: ImportRow['usage'], now: Date): void {
  const known = new Set<number>();
  const issues = usage.flatMap(({ hour }, index) => {
    const number = Math.floor(hour.getTime() / HOUR_MS);
    const message = hour > now ? 'must be in the past' : known.has(number) ? 'is the hour of another use of this row' : undefined;
    known.add(number);
    return message === undefined ? [] : [{ path: ['usage', String(index), 'hour'], message }];
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
}

/** An unexpected error refuses one row only, so that the report of the others is not lost. */
function refusedRow(index: number, reason: unknown): RefusedRow {
  if (!(reason instanceof DomainError))
    return { index, path: [], code: 'INTERNAL', message: 'Something unexpected happened.', retryable: true };
  const path = reason instanceof InvalidInputError ? (reason.issues[0]?.path ?? []) : [];
  return { index, path, code: reason.code, message: reason.message, retryable: reason.retryable };
}
