/**
 * The id of a request: the caller's own, or that of the proxy before Brim, where it sent one. It is
 * in the answer, in the log, and in the audit log, so one id leads through all of them.
 */
import { randomUUID } from 'node:crypto';

/** What a trace id, a UUID or a ULID looks like. Nothing that could be mistaken in a log. */
const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

/** @param sent The header x-request-id. One that is no id is replaced. */
export function requestIdOf(sent: string | readonly string[] | undefined): string {
  return typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : randomUUID();
}
