/**
 * Listens in on what the page says to Brim and hears from it, over HTTP and over the socket, whichever client says it. Credentials travel
 * outside of what is noted here.
 */
import { parse, print } from 'graphql';

export interface Noted {
  readonly id: number;
  readonly at: Date;
  /** asked: an operation was sent. answered, pushed: what came of it. */
  readonly way: 'asked' | 'answered' | 'pushed';
  /** "query viewer": the kind of operation, and its name or fields. */
  readonly title: string;
  readonly document?: string;
  readonly content: unknown;
}

const MOST = 80;
const listeners = new Set<() => void>();
let noted: readonly Noted[] = [];
let last = 0;

/** For useSyncExternalStore. */
export const wire = {
  get: () => noted,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

function note(entry: Omit<Noted, 'id' | 'at'>): void {
  last += 1;
  noted = [{ ...entry, id: last, at: new Date() }, ...noted].slice(0, MOST);
  for (const listener of listeners) listener();
}

interface Operation {
  readonly query: string;
  readonly variables?: unknown;
}

/** @returns the title. */
function noteOperation({ query, variables }: Operation): string {
  const document = parse(query, { noLocation: true });
  const [definition] = document.definitions;
  if (definition?.kind !== 'OperationDefinition') return 'operation';
  const fields = definition.selectionSet.selections.flatMap((field) => (field.kind === 'Field' ? field.name.value : []));
  const title = `${definition.operation} ${definition.name?.value ?? [...new Set(fields)].join(', ')}`;
  note({ way: 'asked', title, document: print(document), content: variables });
  return title;
}

/** Call it before anything is sent. */
export function tapWire(): void {
  const send = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const isGraphql = new URL(String(input instanceof Request ? input.url : input), location.href).pathname === '/graphql';
    const title = isGraphql && typeof init?.body === 'string' ? noteOperation(JSON.parse(init.body)) : undefined;
    const response = await send(input, init);
    if (title === undefined || !/json/.test(response.headers.get('content-type') ?? '')) return response;
    // Read here and handed on as text: who asked may let go of the answer, and would take a copy of it along.
    const text = await response.text();
    const { data, errors } = JSON.parse(text);
    note({ way: 'answered', title, content: errors ?? data });
    return new Response(text, { status: response.status, headers: response.headers });
  };
  window.WebSocket = TappedSocket;
}

class TappedSocket extends WebSocket {
  readonly titles = new Map<string, string>();

  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols);
    this.addEventListener('message', ({ data }) => {
      const { type, id, payload } = JSON.parse(String(data));
      if (type === 'next') note({ way: 'pushed', title: this.titles.get(id) ?? '', content: payload.errors ?? payload.data });
      if (type === 'error') note({ way: 'answered', title: this.titles.get(id) ?? '', content: payload });
    });
  }

  override send(data: Parameters<WebSocket['send']>[0]): void {
    super.send(data);
    const { type, id, payload } = JSON.parse(String(data));
    if (type === 'subscribe') this.titles.set(id, noteOperation(payload));
  }
}
