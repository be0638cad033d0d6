/** Starts listening, and tells the operator what to change where that fails. */
import type { Server } from 'node:http';
import { StartError } from '../../platform/start-error.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

/**
 * So many connections may wait to be taken, as far as the machine allows it. Node's 511 are fewer
 * than a burst of new clients: the others would try again a second later.
 */
const BACKLOG = 4_096;

const notHere = (host: string) =>
  `${host} is no address or name of this machine. Set HOST to one, to 127.0.0.1 for this machine alone, or to 0.0.0.0 for all its addresses.`;

const NOT_LISTENING: Readonly<Record<string, (host: string, port: number) => string>> = {
  EADDRINUSE: (host, port) => `Port ${port} of ${host} is taken. Set PORT to another, or to 0 for any.`,
  EACCES: (_host, port) => `This user may not listen at port ${port}. Set PORT to one above 1023.`,
  EADDRNOTAVAIL: notHere,
  ENOTFOUND: notHere,
  EAI_AGAIN: notHere,
};

/**
 * @returns the URL by which this machine reaches the server.
 * @throws StartError, which names the variable to change.
 */
export async function listen(server: Server, { host, port }: ListenOptions): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = NOT_LISTENING[cause.code ?? ''];
      reject(why ? new StartError(why(host, port), { cause }) : cause);
    });
    server.listen({ port, host, backlog: BACKLOG }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  const isEverywhere = address.address === '0.0.0.0' || address.address === '::';
  const name = isEverywhere ? 'localhost' : address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${name}:${address.port}`;
}
