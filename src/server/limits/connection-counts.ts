/**
 * Counts the open connections, sockets and event streams alike, of this process and of each
 * customer.
 */
import type { EventEmitter } from 'node:events';
import { RateLimitedError } from '../../values/errors.ts';
import type { Limits } from './limits.ts';

/** Emits `close` once, when it has closed. */
export type Connection = Pick<EventEmitter, 'once'>;

export type ConnectionKind = 'socket' | 'stream';

export interface ConnectionCounts {
  /** Counts a connection until it closes. False where the process has reached its maximum. */
  admit(connection: Connection, kind: ConnectionKind): boolean;
  /** Counts it for a customer too, once. False where the customer has reached its maximum. */
  admitFor(connection: Connection, customerId: string): boolean;
  /** How many of the kind are open. */
  open(kind: ConnectionKind): number;
}

/** Some connection closes every few seconds, which makes room for another. */
const RETRY_AFTER_SECONDS = 5;

export function tooManyConnections(whose: string): RateLimitedError {
  return new RateLimitedError(
    `${whose} has too many connections open. Close one, or try again in ${RETRY_AFTER_SECONDS} s.`,
    RETRY_AFTER_SECONDS,
  );
}

export function openConnectionCounts({
  processMaxConnections,
  customerMaxConnections,
}: Pick<Limits, 'processMaxConnections' | 'customerMaxConnections'>): ConnectionCounts {
  const all = new Map<Connection, ConnectionKind>();
  const ofCustomer = new Map<string, Set<Connection>>();

  return {
    open: (kind) => [...all.values()].filter((each) => each === kind).length,
    admit(connection, kind) {
      if (all.has(connection)) return true;
      if (all.size >= processMaxConnections) return false;
      all.set(connection, kind);
      connection.once('close', () => all.delete(connection));
      return true;
    },
    admitFor(connection, customerId) {
      const own = ofCustomer.get(customerId) ?? new Set();
      if (own.has(connection)) return true;
      if (own.size >= customerMaxConnections) return false;
      ofCustomer.set(customerId, own.add(connection));
      connection.once('close', () => {
        own.delete(connection);
        if (own.size === 0 && ofCustomer.get(customerId) === own) ofCustomer.delete(customerId);
      });
      return true;
    },
  };
}
