/** Tells whoever measures it how a call was answered, as the server tells it of an operation. */
import { facts } from '../../platform/facts.ts';

const operations = facts('operation');
const refusals = facts('refusal');

interface ToldCall {
  /** The verb's name; undefined where the caller names none that there is. */
  readonly name: string | undefined;
  readonly requestId: string;
}

/** What came of it. */
interface End {
  readonly caller: 'key' | 'customer' | undefined;
  /** Of its refusal. */
  readonly code?: string;
}

/** @returns what tells the end of the call that begins now. */
export function beginCall({ name = 'unknown', requestId }: ToldCall): (end: End) => void {
  if (!operations.isHeard) return () => undefined;
  const startedMs = performance.now();
  return ({ caller, code }) => {
    const ms = performance.now() - startedMs;
    const codes = code === undefined ? [] : [code];
    operations.publish({ type: 'v1', field: name, ms, codes, refusals: [], requestId, caller });
    for (const each of codes) refusals.publish({ code: each, requestId, isTold: true });
  };
}
