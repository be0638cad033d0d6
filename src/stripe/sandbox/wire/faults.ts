/**
 * Makes the sandbox fail as Stripe fails, for a number of calls, so that an app's handling can be
 * tested.
 *
 * - `POST /sandbox/faults`, with the sandbox's key:
 *   `kind=…&times=1&path=/v1/checkout/sessions&seconds=2`
 * - `DELETE /sandbox/faults` ends them all.
 *
 * Faults belong to this process and end with it.
 */
import { z } from 'zod';

export const FAULT_KINDS = [
  /** 500, kept under the idempotency key for a day; nothing was made. */
  'server_error',
  /** 500, kept likewise, although the object was made. */
  'server_error_after_work',
  /** 429 with Retry-After; not kept. */
  'rate_limited',
  /** 401, as with a key that was rolled. */
  'unauthorized',
  /** 403, as with a restricted key that lacks the permission. */
  'forbidden',
  /** 400, as where the portal's settings were never saved in the dashboard. */
  'unconfigured',
  /** Answered only after `seconds`. */
  'slow',
  /** The connection breaks during the answer; the work was done. */
  'cut',
  /** A page of HTML in place of the answer, as of a proxy on the way; the work was done. */
  'garbage',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** How many calls it affects; left out: one. */
  readonly times?: number | undefined;
  /** Affects only paths that begin with this; left out: all. */
  readonly path?: string | undefined;
  /** Affects only this method; left out: both. */
  readonly method?: 'GET' | 'POST' | undefined;
  /** The delay, or the Retry-After; left out: one. */
  readonly seconds?: number | undefined;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that affects this call, if there is one. It counts the call. */
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
