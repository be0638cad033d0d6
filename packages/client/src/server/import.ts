/**
 * Opening balances of any number, in requests that Brim takes.
 *
 * One row that Brim cannot even read makes it refuse a whole request, and nothing of it is done:
 * then the halves are sent by themselves, until that row stands alone. Every row has a key, so that
 * a row that is sent again is imported once.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { ImportBalancesMutation, ImportRowInput } from '../documents/generated/graphql.ts';
import { ImportBalancesText } from '../documents/generated/texts.ts';
import { BrimError } from './brim-error.ts';
import { type Call, type CallOptions, payloadOf } from './call.ts';
import { refuseNotFinite } from './finite.ts';
import { type RetryOptions, retryDelayMs } from './retry.ts';

export type ImportRow = ImportRowInput;
type Success = Extract<NonNullable<ImportBalancesMutation['importBalances']>, { __typename: 'ImportBalancesSuccess' }>;
/** `index` is the place among all rows, from 0; `retryable` says that it may be taken later. */
export type RefusedRow = Success['refused'][number];

/** What came of the rows. Each is in one of the three. */
export interface ImportSummary {
  readonly imported: number;
  /** There already, under their keys. */
  readonly replayed: number;
  readonly refused: readonly RefusedRow[];
}

export interface ImportOptions extends CallOptions {
  /** Told after each request what came of the rows so far. */
  readonly onProgress?: (sofar: ImportSummary) => void;
}

export interface ImportVerb {
  /**
   * Takes customers over from another system. Send all rows again after a BrimError: what is there
   * already is not imported again. @throws BrimError where Brim cannot be asked.
   */
  importBalances(rows: readonly ImportRow[], options?: ImportOptions): Promise<ImportSummary>;
}

/** Of one request, which may have twice as many of both. More make no row faster. */
const MAX_ROWS = 500;
const MAX_BYTES = 500_000;
const UNREADABLE: readonly string[] = ['BAD_USER_INPUT', 'GRAPHQL'];
const RETRIES = 4;

interface Placed {
  readonly index: number;
  readonly row: ImportRow;
}

export function importVerb(call: Call, retrying: RetryOptions): ImportVerb {
  const { retries = RETRIES } = retrying;

  async function send(part: readonly Placed[], options: CallOptions): Promise<ImportSummary> {
    const read = async (input: { rows: readonly ImportRow[] }) =>
      (await call(ImportBalancesText, { input }, options)).importBalances;
    try {
      const answer = await payloadOf({ rows: part.map(({ row }) => row) }, read);
      if (answer.__typename === 'InvalidInputError')
        throw new BrimError(answer.message, { retryable: false, code: 'BAD_ANSWER' });
      return { ...answer, refused: answer.refused.map((each) => ({ ...each, index: part[each.index]?.index ?? -1 })) };
    } catch (error) {
      if (!(error instanceof BrimError) || !UNREADABLE.includes(error.code)) throw error;
      const [only] = part;
      if (part.length === 1 && only) return refusal(only.index, error.message);
      const middle = Math.ceil(part.length / 2);
      return sum(await send(part.slice(0, middle), options), await send(part.slice(middle), options));
    }
  }

  /** Rows that may be taken later are sent again, as often as a request would be. */
  async function sendOften(part: readonly Placed[], options: CallOptions): Promise<ImportSummary> {
    let all = await send(part, options);
    for (let failures = 0; failures < retries && all.refused.some(({ retryable }) => retryable); failures += 1) {
      const again = new Set(all.refused.filter(({ retryable }) => retryable).map(({ index }) => index));
      await wait(retryDelayMs(failures, retrying), undefined, options.signal ? { signal: options.signal } : {}).catch(
        () => undefined,
      );
      const rest = { ...all, refused: all.refused.filter(({ index }) => !again.has(index)) };
      all = sum(
        rest,
        await send(
          part.filter(({ index }) => again.has(index)),
          options,
        ),
      );
    }
    return all;
  }

  return {
    async importBalances(rows, { onProgress, ...options } = {}) {
      let sofar: ImportSummary = { imported: 0, replayed: 0, refused: [] };
      for (const part of partsOf(rows)) {
        const sendable = part.filter(({ row }) => !refuseNotFinite(row));
        const refused = part.flatMap(({ index, row }) => {
          const [issue] = refuseNotFinite(row)?.issues ?? [];
          return issue ? refusal(index, issue.message, issue.path).refused : [];
        });
        sofar = sum(sofar, { imported: 0, replayed: 0, refused });
        if (sendable.length > 0) sofar = sum(sofar, await sendOften(sendable, options));
        onProgress?.(sofar);
      }
      return sofar;
    },
  };
}

function* partsOf(rows: readonly ImportRow[]): Generator<readonly Placed[]> {
  let part: Placed[] = [];
  let bytes = 0;
  for (const [index, row] of rows.entries()) {
    const more = Buffer.byteLength(JSON.stringify(row));
    if (part.length === MAX_ROWS || (part.length > 0 && bytes + more > MAX_BYTES)) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push({ index, row });
    bytes += more;
  }
  if (part.length > 0) yield part;
}

function refusal(index: number, message: string, path: readonly string[] = []): ImportSummary {
  return { imported: 0, replayed: 0, refused: [{ index, path, code: 'INVALID_INPUT', message, retryable: false }] };
}

function sum(one: ImportSummary, other: ImportSummary): ImportSummary {
  const refused = [...one.refused, ...other.refused].toSorted((left, right) => left.index - right.index);
  return { imported: one.imported + other.imported, replayed: one.replayed + other.replayed, refused };
}
