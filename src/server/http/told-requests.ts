/**
 * Tells whoever measures it how a request was answered. Of a request whose operation is told, this
 * tells nothing.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { facts } from '../../platform/facts.ts';
import { tellRefusal } from '../answers/told-errors.ts';

const requests = facts('request');

export interface ToldRequest {
  readonly requestId: string;
  /** When it began, from `startOfRequest`. */
  readonly startedMs: number;
}

/** 0 where nobody listens. */
export const startOfRequest = (): number => (requests.isHeard ? performance.now() : 0);

/**
 * @param route The pattern of its path: what callers send as a path is unbounded.
 * @param code Of its refusal.
 */
export function tellRequest(
  { method = 'GET' }: IncomingMessage,
  { statusCode: status }: ServerResponse,
  { requestId, startedMs }: ToldRequest,
  { route, code }: { readonly route: string; readonly code?: string },
): void {
  if (code !== undefined) tellRefusal({ code, requestId, isTold: true });
  if (requests.isHeard) requests.publish({ route, method, status, ms: performance.now() - startedMs, code, requestId });
}
