/**
 * Stands where a WebSocket class should be and there is none: on a server that renders a page, in some web views. Queries and mutations go
 * on, and a subscription ends with an error that says what is missing.
 */
export class NoWebSocketError extends Error {
  constructor() {
    super('There is no WebSocket here, so nothing is pushed. Pass a class as "webSocket", or poll.');
    this.name = 'NoWebSocketError';
  }
}

/** As much of the class as graphql-ws looks at. */
export class NoWebSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly readyState = NoWebSocket.CLOSED;
  onerror: ((error: Error) => void) | null = null;

  constructor() {
    queueMicrotask(() => this.onerror?.(new NoWebSocketError()));
  }

  close(): void {
    // Nothing was opened.
  }
}
