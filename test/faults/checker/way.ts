/**
 * A way to Postgres on which things get lost: a question before it arrives, its answer on the way
 * back, or all connections right after an answer.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type Loss = 'question' | 'answer' | 'rest';

export interface FaultyWay {
  readonly url: string;
  /**
   * What happens to the next COMMIT, or to the next message of any kind. The connection ends with
   * it, and for `rest` all others end, too.
   */
  lose(what: 'COMMIT' | 'anything', loss: Loss): void;
  /** From now on everything arrives. */
  mend(): void;
  close(): Promise<void>;
}

export async function openFaultyWay(databaseUrl: string): Promise<FaultyWay> {
  const { hostname, port } = new URL(databaseUrl);
  const open = new Set<Socket>();
  const losses: { readonly what: 'COMMIT' | 'anything'; readonly loss: Loss }[] = [];

  /** The loss that what is sent now meets, if it meets one. */
  function lossOf(isCommit: boolean): Loss | undefined {
    const at = losses.findIndex(({ what }) => what === 'anything' || isCommit);
    return at === -1 ? undefined : losses.splice(at, 1)[0]?.loss;
  }

  let isClosed = false;
  let reopening: NodeJS.Timeout | undefined;
  function closeFor(ms: number): void {
    isClosed = true;
    clearTimeout(reopening);
    reopening = setTimeout(() => {
      isClosed = false;
    }, ms);
    for (const client of open) client.end();
  }

  const server = createServer((client) => {
    if (isClosed) {
      client.on('error', () => undefined).destroy();
      return;
    }
    const postgres = connect({ host: hostname, port: Number(port) });
    open.add(client);
    const end = () => {
      open.delete(client);
      client.destroy();
      postgres.destroy();
    };
    let met: Loss | undefined;
    const isCommit = commits();
    for (const socket of [client, postgres]) socket.on('error', end).on('close', end);
    client.on('data', (chunk) => {
      const loss = lossOf(isCommit(chunk));
      if (loss === 'question') return end();
      met ??= loss;
      postgres.write(chunk);
    });
    postgres.on('data', (chunk) => {
      if (met === 'answer') return end();
      client.write(chunk);
      // The answer is on its way: what is asked after it finds no connection, for a while.
      if (met === 'rest') closeFor(300);
      met = undefined;
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: ownPort } = server.address() as AddressInfo;
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(ownPort);
  return {
    url: url.href,
    lose: (what, loss) => void losses.push({ what, loss }),
    mend: () => void losses.splice(0),
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const client of open) client.destroy();
      await closed;
    },
  };
}

/**
 * Finds the COMMITs of one connection: as text, or by the name under which it was prepared there.
 */
function commits(): (chunk: Buffer) => boolean {
  let name: string | undefined;
  return (chunk) => {
    const text = chunk.toString('latin1');
    name ??= /([^\0]+)\0COMMIT\0/.exec(text)?.[1];
    return text.includes('COMMIT\0') || (name !== undefined && text.includes(`\0${name}\0`));
  };
}
