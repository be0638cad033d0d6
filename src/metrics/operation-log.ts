/**
 * One line of the log for a request: for each that was refused or slow, unless it is one of a
 * flood, and for a sample of the others. It has the request's id, and no variables, keys or names.
 */
import { type Facts, onFact } from '../platform/facts.ts';
import type { Log } from '../platform/log.ts';
import { openBoundedLines } from './bounded-lines.ts';

export interface OperationLogOptions {
  readonly log: Log;
  /** One of so many of the requests that are neither slow nor refused; 0: none. */
  readonly oneIn: number;
}

const SLOW_MS = 1_000;

/** What a line has, beside why it is written. */
interface Line {
  readonly requestId: string | undefined;
  readonly ms?: number;
  readonly codes: readonly string[];
  readonly [name: string]: unknown;
}

/** @returns what ends the logging. */
export function logOperations({ log, oneIn }: OperationLogOptions): () => void {
  const lines = openBoundedLines(log);
  let sinceLogged = 0;
  const isSampled = () => {
    sinceLogged += 1;
    if (oneIn === 0 || sinceLogged < oneIn) return false;
    sinceLogged = 0;
    return true;
  };

  /** @param refusedWith What names the refusal; undefined where there is none. */
  function write(message: string, { ms, codes, ...line }: Line, refusedWith = codes[0]): void {
    const isSlow = ms !== undefined && ms > SLOW_MS;
    const why = refusedWith !== undefined ? 'refused' : isSlow ? 'slow' : isSampled() ? 'sample' : undefined;
    if (why === undefined) return;
    const shown = { ...line, ...(ms === undefined ? {} : { ms: Math.round(ms) }), ...(codes.length > 0 ? { codes } : {}), why };
    if (why === 'sample') log.info(shown, message);
    else lines.write(refusedWith ?? why, shown, message);
  }

  const endings = [
    onFact('operation', ({ type, field, ms, requestId, caller, ...told }) => {
      write('operation', { requestId, type, field, ms, caller, ...refusalsIn(told) });
    }),
    onFact('request', ({ route, method, status, ms, requestId, code }) => {
      const line = { requestId, route, method, status, ms, codes: code === undefined ? [] : [code] };
      write('request', line, code ?? (status >= 400 ? String(status) : undefined));
    }),
    // Those of operations and requests are in the lines above.
    onFact('refusal', ({ code, requestId, isTold }) => {
      if (!isTold) write('operation', { requestId, codes: [code] });
    }),
  ];
  return () => {
    for (const end of endings) end();
    lines.end();
  };
}

/** `refused` is how many refusals the payloads have; those of a batch are many. */
function refusalsIn({ codes, refusals }: Pick<Facts['operation'], 'codes' | 'refusals'>) {
  if (refusals.length === 0) return { codes };
  return {
    refused: refusals.reduce((sum, { count }) => sum + count, 0),
    codes: [...new Set([...codes, ...refusals.map(({ code }) => code)])],
  };
}
