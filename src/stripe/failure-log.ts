/**
 * Says what is wrong with Stripe once a minute for each kind of failure, with how often it came: a line for each call would
 * hide all others.
 */
import type { Log } from '../platform/log.ts';
import { failureOf } from './failure.ts';

const QUIET_MS = 60_000;

export function openFailureLog(log: Log, now: () => number = () => performance.now()): (error: unknown) => void {
  const told = new Map<string, { atMs: number; unsaid: number }>();
  return (error) => {
    const { code, reason, trouble } = failureOf(error);
    const last = told.get(code);
    if (last && now() - last.atMs < QUIET_MS) {
      last.unsaid += 1;
      return;
    }
    told.set(code, { atMs: now(), unsaid: 0 });
    const facts = { code, sinceLastLine: last?.unsaid ?? 0, requestId: requestIdOf(error) };
    if (trouble === 'key' || trouble === 'permission') log.error(facts, `stripe: ${reason}`);
    else log.warn(facts, `stripe: ${reason}`);
  };
}

function requestIdOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('requestId' in error)) return undefined;
  return typeof error.requestId === 'string' ? error.requestId : undefined;
}
