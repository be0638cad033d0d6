/**
 * A server that ends a connection in the very moment in which it is ready: greeting and goodbye
 * come in one packet.
 */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Sql } from '../support/witness.ts';

export interface HangUp {
  /** The database, by way of the one who hangs up. */
  readonly url: string;
  close(): Promise<void>;
}

/** The last message of a greeting: ReadyForQuery, idle. */
const READY = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);

/**
 * @param sql a connection to the same database, by which the backends are ended that call
 * themselves `applicationName`.
 */
export async function openHangUp(url: string, sql: Sql, applicationName: string): Promise<HangUp> {
  const { hostname, port } = new URL(url);
  const ending: Promise<unknown>[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    const kept: Buffer[] = [];
    for (const half of [client, upstream]) half.on('error', () => undefined);
    client.pipe(upstream);
    upstream.on('data', (chunk) => {
      if (kept.length > 0) kept.push(chunk);
      else if (!chunk.subarray(-READY.length).equals(READY)) client.write(chunk);
      else {
        kept.push(chunk);
        const end =
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1';
        ending.push(sql.rows(end, [applicationName]));
      }
    });
    upstream.on('close', () => client.end(Buffer.concat(kept)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listens on no port');
  const through = new URL(url);
  through.host = `127.0.0.1:${address.port}`;
  return {
    url: through.href,
    async close() {
      server.close();
      await once(server, 'close');
      // The caller closes `sql` next: a question still on its way would be cut off, and nobody
      // would hear of it.
      await Promise.all(ending);
    },
  };
}
