/** Which sockets each customer's tokens have open, and the most that they may. */
import type { WebSocket } from 'ws';

export interface SocketCensus {
  /**
   * False where the customer has too many already. A socket that is counted is not counted twice, and is forgotten when it
   * closes.
   */
  admit(socket: WebSocket, customerId: string): boolean;
}

export function openSocketCensus(customerMaxSockets: number): SocketCensus {
  const socketsOf = new Map<string, Set<WebSocket>>();
  return {
    admit(socket, customerId) {
      const sockets = socketsOf.get(customerId) ?? new Set();
      if (sockets.has(socket)) return true;
      if (sockets.size >= customerMaxSockets) return false;
      socketsOf.set(customerId, sockets.add(socket));
      socket.once('close', () => {
        sockets.delete(socket);
        if (sockets.size === 0) socketsOf.delete(customerId);
      });
      return true;
    },
  };
}
