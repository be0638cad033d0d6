/** Reads what callers may consume, where an operator wants other limits than the defaults. */
import { type Read, type Refuse, readCount } from './read.ts';

export interface Allowances {
  /** What a caller may consume. Unset values have their defaults. */
  readonly pointsPerMinute?: { readonly perToken?: number; readonly perCustomer?: number; readonly perKey?: number };
  /** Sockets and event streams of this process. Unset: 10,000. */
  readonly maxConnections?: number;
}

const MOST = 999_999_999_999;

export function readAllowances(read: Read, refuse: Refuse): Allowances {
  const count = (name: string) => readCount(name, read, MOST, refuse);
  const perToken = count('BRIM_POINTS_PER_TOKEN');
  const perCustomer = count('BRIM_POINTS_PER_CUSTOMER');
  const perKey = count('BRIM_POINTS_PER_KEY');
  const maxConnections = count('BRIM_MAX_CONNECTIONS');
  const pointsPerMinute = {
    ...(perToken === undefined ? {} : { perToken }),
    ...(perCustomer === undefined ? {} : { perCustomer }),
    ...(perKey === undefined ? {} : { perKey }),
  };
  return {
    ...(Object.keys(pointsPerMinute).length === 0 ? {} : { pointsPerMinute }),
    ...(maxConnections === undefined ? {} : { maxConnections }),
  };
}
