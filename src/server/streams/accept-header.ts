/** Which kinds of answer a request takes, by its Accept header. Without one it takes anything. */
export interface Accepted {
  readonly json: boolean;
  /** Over which subscriptions are answered. */
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
