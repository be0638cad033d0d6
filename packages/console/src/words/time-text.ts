/** "28 Nov 2026, 14:05": in the reader's time zone. */
const MINUTES = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const SECONDS = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

export function timeText(iso: string): string {
  return MINUTES.format(new Date(iso));
}

/** With seconds. */
export function exactTimeText(iso: string): string {
  return SECONDS.format(new Date(iso));
}
