/** A socket of the protocol graphql-transport-ws, with as little of its own as a load needs. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { KEY } from '../subject/brim.ts';

export interface Socket {
  /** Sends an operation. `onMessage` gets the raw text of its messages. */
  send(query: string, variables: unknown, onMessage: (text: string) => void): void;
  close(): void;
}

export async function openSocket(url: string): Promise<Socket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${KEY}` } }));
  await once(socket, 'message');
  const operations = new Map<string, (text: string) => void>();
  let sent = 0;
  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    if (text.startsWith('{"type":"ping"')) return socket.send('{"type":"pong"}');
    const id = /"id":"(\d+)"/.exec(text.slice(0, 40))?.[1] ?? '';
    operations.get(id)?.(text);
    if (text.includes('"type":"complete"')) operations.delete(id);
  });
  return {
    send(query, variables, onMessage) {
      sent += 1;
      operations.set(String(sent), onMessage);
      socket.send(JSON.stringify({ id: String(sent), type: 'subscribe', payload: { query, variables } }));
    },
    close: () => socket.terminate(),
  };
}
