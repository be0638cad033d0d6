/**
 * Writes instants as ISO 8601 text, and remembers the last one: of a batch, and of the answers of a
 * busy moment, most are the same. Each user has one of its own.
 */
export function openInstantText(): (instant: Date) => string {
  let lastMs = Number.NaN;
  let lastText = '';
  return (instant) => {
    const ms = instant.getTime();
    if (ms !== lastMs) [lastMs, lastText] = [ms, instant.toISOString()];
    return lastText;
  };
}
