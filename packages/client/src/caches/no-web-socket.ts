/**
 * Replaces the WebSocket class where there is none: on a server that renders a page, and in some
 * web views. Queries and mutations work; a subscription fails with an error that names what is
 * missing.
 */
export class NoWebSocketError extends Error {
  constructor() {
    super('There is no WebSocket here, so nothing is pushed. Pass a class as "webSocket", or poll.');
    this.name = 'NoWebSocketError';
  }
}

/** The part of the class that graphql-ws uses. */
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
    // There is nothing to close.
  }
}
