/** Reads the rows of an import from a CSV file, one at a time. */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { importRow, MAX_PAST_HOURS } from '../../balances/import-balances.ts';
import { StartError } from '../../platform/start-error.ts';
import { InvalidInputError } from '../../values/errors.ts';
import { readInput } from '../../values/input.ts';

/** The columns of the file. Only the first two must be there. */
const COLUMNS = ['customerId', 'featureId', 'remaining', 'expiresAt', 'hour', 'usage', 'name', 'email', 'key'] as const;
type Column = (typeof COLUMNS)[number];
type Line = Readonly<Partial<Record<Column, string>>>;

/** One row of `importBalances`, as it is sent, and the first of its lines. */
export interface FileRow {
  readonly line: number;
  readonly row: Readonly<Record<string, unknown>> & { readonly customerId: string };
}

/** A row that cannot be sent. */
export interface UnreadableRow {
  readonly line: number;
  readonly customerId: string;
  readonly reason: string;
}

/**
 * @param name What the keys of rows without a key begin with.
 * @throws StartError where the file is not there, is no CSV, or has other columns.
 */
export async function* readRows(file: string, name: string): AsyncGenerator<FileRow | UnreadableRow> {
  let pending: Pending | undefined;
  for await (const { line, record } of readLines(file)) {
    if (pending && isMoreOf(pending, record)) {
      pending.usage.push(useOf(record));
      continue;
    }
    if (pending) yield finish(pending, name);
    pending = begin(line, record, isSplit(pending, record) ? (pending?.part ?? 1) + 1 : 1);
  }
  if (pending) yield finish(pending, name);
}

/** A row whose further hours may follow. */
interface Pending {
  readonly line: number;
  readonly record: Line;
  readonly usage: Record<string, string | undefined>[];
  /** Counts the rows of a balance that has more hours than one row may have. */
  readonly part: number;
}

const isOfSame = ({ record }: Pending, next: Line) =>
  record.customerId === next.customerId && record.featureId === next.featureId && !next.remaining && !next.key;
const isMoreOf = (pending: Pending, next: Line) => isOfSame(pending, next) && pending.usage.length < MAX_PAST_HOURS;
const isSplit = (pending: Pending | undefined, next: Line) => pending !== undefined && isOfSame(pending, next);
const useOf = ({ hour, usage }: Line) => ({ hour, amount: usage });

function begin(line: number, record: Line, part: number): Pending {
  return { line, record, usage: record.hour || record.usage ? [useOf(record)] : [], part };
}

/** Checks the row as the server would, so that one bad value does not refuse a whole request. */
function finish({ line, record, usage, part }: Pending, name: string): FileRow | UnreadableRow {
  const { customerId = '', featureId = '', key = `${name}/${featureId}${part > 1 ? `/${part}` : ''}` } = record;
  const { remaining = '0', expiresAt, name: called, email } = record;
  const row = { customerId, name: called, email, featureId, remaining, expiresAt, usage, idempotencyKey: key };
  try {
    const dated = { ...row, expiresAt: dateOf(expiresAt), usage: usage.map((use) => ({ ...use, hour: dateOf(use['hour']) })) };
    readInput(importRow, dated);
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return { line, customerId, reason: error.message };
  }
  return { line, row };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i;
/** What is no instant stays text, which is refused. */
const dateOf = (text: string | undefined) => (text !== undefined && INSTANT.test(text) ? new Date(text) : text);

async function* readLines(file: string): AsyncGenerator<{ readonly line: number; readonly record: Line }> {
  const parser = createReadStream(file)
    .on('error', (error) => parser.destroy(error))
    .pipe(parse({ columns: readHeader, bom: true, trim: true, skipEmptyLines: true, info: true }));
  try {
    for await (const { info, record } of parser) {
      const filled = Object.entries<string>(record).filter(([, value]) => value !== '');
      yield { line: info.lines, record: Object.fromEntries(filled) };
    }
  } catch (error) {
    if (error instanceof StartError || !(error instanceof Error)) throw error;
    throw new StartError(`${file} cannot be read: ${error.message}`, { cause: error });
  }
}

function readHeader(names: readonly string[]): string[] {
  const unknown = names.filter((name) => !COLUMNS.some((column) => column === name));
  const missing = COLUMNS.slice(0, 2).filter((name) => !names.includes(name));
  if (unknown.length + missing.length === 0) return [...names];
  const problems = [...unknown.map((name) => `there is no column "${name}"`), ...missing.map((name) => `"${name}" is missing`)];
  throw new StartError(`The first line must name the columns (${COLUMNS.join(', ')}): ${problems.join('; ')}.`);
}
