/** The log of the process. */
import { type DestinationStream, type Logger, pino } from 'pino';
import { spans } from './spans.ts';

/** Structured lines on standard output. Log ids, and never keys or tokens. */
export type Log = Logger;

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Each line has the id of the trace in which it is written, where there is one.
 * @param destination Left out: standard output.
 */
export function openLog(level: LogLevel, destination?: DestinationStream): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, mixin: traceOf }, destination);
}

function traceOf(): object {
  const traceId = spans()?.traceId();
  return traceId === undefined ? {} : { traceId };
}
