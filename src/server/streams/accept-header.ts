/**
 * The kinds of answer that a request accepts, from its Accept header. Without the header it accepts
 * all.
 */
export interface Accepted {
  readonly json: boolean;
  /** Server-sent events, which carry subscriptions. */
  readonly events: boolean;
}

const JSON_TYPES = ['application/json', 'application/graphql-response+json', 'application/*', '*/*', 'multipart/mixed'];
const EVENT_TYPES = ['text/event-stream', 'text/*', '*/*'];

export function readAccept(header: string | null | undefined): Accepted {
  if (!header?.trim()) return { json: true, events: true };
  const types = header.split(',').map((each) => each.split(';')[0]?.trim().toLowerCase() ?? '');
  const takes = (wanted: readonly string[]) => types.some((type) => wanted.includes(type));
  return { json: takes(JSON_TYPES), events: takes(EVENT_TYPES) };
}
