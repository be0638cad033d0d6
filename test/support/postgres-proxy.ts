/**
 * A way to Postgres that can be cut, or go silent: for everybody, for the connections of one name,
 * or at a certain word.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * A connection on which nothing comes through any more, and which nobody closes: as behind a
 * firewall that has forgotten it.
 */
export interface Hush {
  /** What the client sends when it happens. */
  readonly at: RegExp;
  /** Only where this stood in its transaction before. */
  readonly after?: string;
  /** Whether Postgres still gets that. */
  readonly arrives: boolean;
}

export interface PostgresProxy {
  /** The same database, by way of this proxy. */
  readonly url: string;
  /** Breaks what is connected and refuses what comes, until mended. */
  cut(applicationName?: string): void;
  mend(): void;
  /** What connects from now on gets to the server of this URL. */
  leadTo(url: string): void;
  /** Lets all that is connected now go silent; what connects later is carried. */
  hush(applicationName?: string): void;
  /** How many connections are silent and not given up yet. */
  silent(): number;
  /** From now on notifications are lost on the way to these connections; all else arrives. */
  deafen(applicationName: string): void;
  /** Lets the next connection go silent that says so. Resolves when one has. */
  hushNext(hush: Hush): Promise<void>;
  close(): Promise<void>;
}

interface Way {
  readonly client: Socket;
  readonly postgres: Socket;
  readonly name: string;
  isSilent: boolean;
  /** What the client has sent in its transaction. */
  said: string;
}

/**
 * Without the protocol's messages of the type `A`, NotificationResponse. A chunk of a connection
 * that listens holds whole messages.
 */
function withoutNotifications(chunk: Buffer): Buffer {
  const kept: Buffer[] = [];
  for (let at = 0; at < chunk.length; ) {
    const end = at + 1 + chunk.readInt32BE(at + 1);
    if (chunk[at] !== 'A'.charCodeAt(0)) kept.push(chunk.subarray(at, end));
    at = end;
  }
  return Buffer.concat(kept);
}

export async function openPostgresProxy(url: string): Promise<PostgresProxy> {
  let target = new URL(url);
  const open = new Set<Way>();
  const awaited = new Set<Hush & { readonly done: () => void }>();
  let refused: string | undefined;
  let deafened: string | undefined;
  const server = createServer((client) => {
    client.on('error', () => undefined);
    // The first message names the application, among other things, as text that ends in a NUL.
    client.once('data', (startup) => {
      const [, name = ''] = /application_name\0([^\0]*)\0/.exec(startup.toString('latin1')) ?? [];
      if (refused !== undefined && name.startsWith(refused)) {
        client.destroy();
        return;
      }
      const postgres = connect({ host: target.hostname, port: Number(target.port) });
      postgres.on('error', () => undefined);
      const way: Way = { client, postgres, name, isSilent: false, said: '' };
      open.add(way);
      // Of a silent connection neither side hears that the other has closed.
      client.once('close', () => {
        if (way.isSilent) return;
        open.delete(way);
        postgres.destroy();
      });
      postgres.once('close', () => !way.isSilent && client.destroy());
      postgres.write(startup);
      client.on('data', (chunk) => {
        const text = chunk.toString('latin1');
        way.said = text.includes('BEGIN') ? text : way.said + text;
        const isIt = ({ at, after = '' }: Hush) => at.test(text) && way.said.includes(after);
        const hush = way.isSilent ? undefined : [...awaited].find(isIt);
        if (!way.isSilent && (!hush || hush.arrives)) postgres.write(chunk);
        if (!hush) return;
        way.isSilent = true;
        awaited.delete(hush);
        hush.done();
      });
      const isDeaf = () => deafened !== undefined && name.startsWith(deafened);
      postgres.on('data', (chunk) => !way.isSilent && client.write(isDeaf() ? withoutNotifications(chunk) : chunk));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String(address.port);

  const cut = (applicationName = '') => {
    refused = applicationName;
    for (const { client, name } of open) if (name.startsWith(applicationName)) client.destroy();
  };
  return {
    url: proxied.href,
    cut,
    mend() {
      refused = undefined;
      deafened = undefined;
    },
    leadTo(next) {
      target = new URL(next);
    },
    deafen(applicationName) {
      deafened = applicationName;
    },
    hush(applicationName = '') {
      for (const way of open) if (way.name.startsWith(applicationName)) way.isSilent = true;
    },
    silent: () => [...open].filter(({ client, isSilent }) => isSilent && !client.destroyed && !client.readableEnded).length,
    hushNext: (hush) => new Promise((done) => void awaited.add({ ...hush, done })),
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const { client, postgres } of open) for (const each of [client, postgres]) each.destroy();
      await closed;
    },
  };
}
