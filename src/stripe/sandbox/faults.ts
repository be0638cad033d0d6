/**
 * Makes the sandbox fail as Stripe fails, for as many calls as are asked for: so that how an app lives with it can be tried.
 *
 *   POST /sandbox/faults    kind=…&times=1&path=/v1/checkout/sessions&seconds=2   (with the sandbox's key)
 *   DELETE /sandbox/faults  ends them all
 *
 * Faults are this process's own, and are forgotten with it.
 */
import { z } from 'zod';

export const FAULT_KINDS = [
  /** 500, kept under the idempotency key for a day; nothing was made. */
  'server_error',
  /** The same, but what was asked for was made all the same: a 500 says nothing about that. */
  'server_error_after_work',
  /** 429 with Retry-After; not kept. */
  'rate_limited',
  /** 401, as with a key that was rolled. */
  'unauthorized',
  /** 403, as with a restricted key that lacks the permission. */
  'forbidden',
  /** Answered only after so many seconds. */
  'slow',
  /** The connection ends amid the answer; what was asked for was done. */
  'cut',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** How many calls it meets; left out: one. */
  readonly times?: number | undefined;
  /** Only calls whose path begins so; left out: all. */
  readonly path?: string | undefined;
  /** Only GET, or only POST; left out: both. */
  readonly method?: 'GET' | 'POST' | undefined;
  /** How slow, or what Retry-After says; left out: one. */
  readonly seconds?: number | undefined;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that this call meets, if one does. It counts. */
  meet(method: string, path: string): Fault | undefined;
}

const MAX_FAULTS = 100;
const wholeNumber = (most: number) => z.coerce.number().int().min(1).max(most).optional();

export const FAULT_FORM = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  times: wholeNumber(1_000),
  path: z.string().startsWith('/v1/').optional(),
  method: z.enum(['GET', 'POST']).optional(),
  seconds: wholeNumber(60),
});

export function openFaults(): Faults {
  let faults: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      if (faults.length >= MAX_FAULTS) faults.shift();
      faults.push({ fault, left: fault.times ?? 1 });
    },
    clear() {
      faults = [];
    },
    meet(method, path) {
      const met = faults.find(
        ({ fault }) => (fault.method ?? method) === method && (fault.path === undefined || path.startsWith(fault.path)),
      );
      if (met === undefined) return undefined;
      met.left -= 1;
      faults = faults.filter(({ left }) => left > 0);
      return met.fault;
    },
  };
}
