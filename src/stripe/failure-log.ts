/**
 * Logs failures of Stripe once a minute for each kind, with their number. A line for each call
 * would hide all other lines.
 */
import type { Log } from '../platform/log.ts';
import { failureOf } from './failure.ts';

const QUIET_MS = 60_000;

export function openFailureLog(log: Log, now: () => number = () => performance.now()): (error: unknown) => void {
  const logged = new Map<string, { atMs: number; suppressed: number }>();
  return (error) => {
    const { code, reason, trouble } = failureOf(error);
    const last = logged.get(code);
    if (last && now() - last.atMs < QUIET_MS) {
      last.suppressed += 1;
      return;
    }
    logged.set(code, { atMs: now(), suppressed: 0 });
    const facts = { code, sinceLastLine: last?.suppressed ?? 0, requestId: requestIdOf(error) };
    if (trouble === 'key' || trouble === 'permission') log.error(facts, `stripe: ${reason}`);
    else log.warn(facts, `stripe: ${reason}`);
  };
}

function requestIdOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('requestId' in error)) return undefined;
  return typeof error.requestId === 'string' ? error.requestId : undefined;
}
