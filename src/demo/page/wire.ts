/**
 * Records what the page's clients send to Brim and receive from it, over HTTP and over the socket.
 * It records no credentials: they are in headers and in the connection's parameters.
 */
import { parse, print } from 'graphql';

export interface WireMessage {
  readonly id: number;
  readonly at: Date;
  /**
   * asked: the page sent an operation. answered: Brim answered or refused it. pushed: a
   * subscription sent a result.
   */
  readonly way: 'asked' | 'answered' | 'pushed';
  /** "query viewer": the kind of operation, and its name or fields. */
  readonly title: string;
  readonly document?: string;
  readonly content: unknown;
}

const MAX_MESSAGES = 80;
const listeners = new Set<() => void>();
let messages: readonly WireMessage[] = [];
let last = 0;

/** The newest messages, as a store for useSyncExternalStore. */
export const wire = {
  get: () => messages,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function record(entry: Omit<WireMessage, 'id' | 'at'>): void {
  last += 1;
  messages = [{ ...entry, id: last, at: new Date() }, ...messages].slice(0, MAX_MESSAGES);
  for (const listener of listeners) listener();
}

interface Operation {
  readonly query: string;
  readonly variables?: unknown;
}

/** Records an operation. @returns its title. */
function recordOperation({ query, variables }: Operation): string {
  const document = parse(query, { noLocation: true });
  const [definition] = document.definitions;
  if (definition?.kind !== 'OperationDefinition') return 'operation';
  const fields = definition.selectionSet.selections.flatMap((field) => (field.kind === 'Field' ? field.name.value : []));
  const title = `${definition.operation} ${definition.name?.value ?? [...new Set(fields)].join(', ')}`;
  record({ way: 'asked', title, document: print(document), content: variables });
  return title;
}

/** Replaces fetch and WebSocket by ones that record. Call it before the page sends anything. */
export function recordWire(): void {
  const send = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const isGraphql = new URL(String(input instanceof Request ? input.url : input), location.href).pathname === '/graphql';
    const title = isGraphql && typeof init?.body === 'string' ? recordOperation(JSON.parse(init.body)) : undefined;
    const response = await send(input, init);
    if (title === undefined || !/json/.test(response.headers.get('content-type') ?? '')) return response;
    // The caller gets the text that was read here: a clone of the response would be lost if the
    // caller canceled the original.
    const text = await response.text();
    const { data, errors } = JSON.parse(text);
    record({ way: 'answered', title, content: errors ?? data });
    return new Response(text, { status: response.status, headers: response.headers });
  };
  window.WebSocket = RecordedSocket;
}

class RecordedSocket extends WebSocket {
  readonly titles = new Map<string, string>();

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.addEventListener('message', ({ data }) => {
      const { type, id, payload } = JSON.parse(String(data));
      if (type === 'next') record({ way: 'pushed', title: this.titles.get(id) ?? '', content: payload.errors ?? payload.data });
      if (type === 'error') record({ way: 'answered', title: this.titles.get(id) ?? '', content: payload });
    });
  }

  override send(data: Parameters<WebSocket['send']>[0]): void {
    super.send(data);
    const { type, id, payload } = JSON.parse(String(data));
    if (type === 'subscribe') this.titles.set(id, recordOperation(payload));
  }
}
