/** The Retry-After header, as RFC 9110 has it: whole seconds, or a date. */

/** Whole seconds from now, rounded up; undefined where it says nothing. */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, Math.ceil((atMs - nowMs) / 1_000));
}
