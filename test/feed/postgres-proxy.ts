/** A way to Postgres that can be cut: for everybody, or for the connections of one name. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface PostgresProxy {
  /** The same database, by way of this proxy. */
  readonly url: string;
  /** Breaks what is connected and refuses what comes, until mended. */
  cut(applicationName?: string): void;
  mend(): void;
  close(): Promise<void>;
}

export async function openPostgresProxy(url: string): Promise<PostgresProxy> {
  const { hostname, port } = new URL(url);
  const open = new Map<Socket, string>();
  let refused: string | undefined;
  const server = createServer((client) => {
    client.on('error', () => undefined);
    // The first message names the application, among other things, as text that ends in a NUL.
    client.once('data', (startup) => {
      const [, name = ''] = /application_name\0([^\0]*)\0/.exec(startup.toString('latin1')) ?? [];
      if (refused !== undefined && name.startsWith(refused)) {
        client.destroy();
        return;
      }
      const postgres = connect({ host: hostname, port: Number(port) });
      postgres.on('error', () => undefined);
      open.set(client, name);
      client.once('close', () => {
        open.delete(client);
        postgres.destroy();
      });
      postgres.once('close', () => client.destroy());
      postgres.write(startup);
      client.pipe(postgres).pipe(client);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(address.port);

  const cut = (applicationName = '') => {
    refused = applicationName;
    for (const [client, name] of open) if (name.startsWith(applicationName)) client.destroy();
  };
  return {
    url: proxied.href,
    cut,
    mend() {
      refused = undefined;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const client of open.keys()) client.destroy();
      await closed;
    },
  };
}
