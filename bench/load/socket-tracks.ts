/** Callers that track over WebSocket, each on a socket of its own. */
import { measure, type Pressure, type Rate } from '../rate.ts';
import { OPERATIONS, type Where } from './operations.ts';
import { openSocket } from './socket.ts';

export interface SocketTask extends Pressure, Where {
  readonly over: 'socket';
  readonly url: string;
}

export async function callOverSockets({ url, callers, seconds, ...where }: SocketTask): Promise<Rate> {
  const sockets = await Promise.all(Array.from({ length: callers }, () => openSocket(url)));
  const { query, variables, expects } = OPERATIONS.track;
  const call = (index: number, caller: number) =>
    new Promise<void>((resolve, reject) => {
      sockets[caller]?.send(query, variables(index, where), (text) => {
        if (text.includes('"type":"complete"')) return resolve();
        if (!text.includes(expects)) reject(new Error(text.slice(0, 1_000)));
      });
    });
  try {
    return await measure({ callers, seconds }, call);
  } finally {
    for (const socket of sockets) socket.close();
  }
}
