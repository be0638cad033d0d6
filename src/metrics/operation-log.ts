/**
 * One line of the log for an operation: for each that was refused or slow, and for a sample of the
 * others. It has the request's id, and no variables, keys or names.
 */
import { type Facts, onFact } from '../platform/facts.ts';
import type { Log } from '../platform/log.ts';

export interface OperationLogOptions {
  readonly log: Log;
  /** One of so many of the operations that are neither slow nor refused; 0: none. */
  readonly oneIn: number;
}

const SLOW_MS = 1_000;

/** @returns what ends the logging. */
export function logOperations({ log, oneIn }: OperationLogOptions): () => void {
  let sinceLogged = 0;
  const isSampled = () => {
    sinceLogged += 1;
    if (oneIn === 0 || sinceLogged < oneIn) return false;
    sinceLogged = 0;
    return true;
  };
  const endings = [
    onFact('operation', (operation) => {
      const why = reasonOf(operation) ?? (isSampled() ? 'sample' : undefined);
      if (why === undefined) return;
      const { type, field, ms, codes, requestId, caller } = operation;
      log.info({ requestId, type, field, ms: Math.round(ms), caller, ...(codes.length > 0 ? { codes } : {}), why }, 'operation');
    }),
    // What is executed has its line above.
    onFact('refusal', ({ code, requestId }) => {
      if (BEFORE_EXECUTION.has(code)) log.info({ requestId, codes: [code], why: 'refused' }, 'operation');
    }),
  ];
  return () => {
    for (const end of endings) end();
  };
}

/** The codes with which an operation is refused before it is executed. */
const BEFORE_EXECUTION: ReadonlySet<string> = new Set([
  'UNAUTHENTICATED',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PAYLOAD_TOO_LARGE',
]);

function reasonOf({ codes, ms }: Facts['operation']): string | undefined {
  return codes.length > 0 ? 'refused' : ms > SLOW_MS ? 'slow' : undefined;
}
