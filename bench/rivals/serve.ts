import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveTasks } from '../child.ts';

/** Listens at a free port of loopback, and answers every task with the URL. */
export function serveAt(server: Server): void {
  const listening = once(server.listen(0, '127.0.0.1'), 'listening');
  serveTasks(async () => {
    await listening;
    const { port } = server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  });
}
