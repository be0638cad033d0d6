/**
 * A proxy that buffers answers as an unconfigured nginx does: it holds headers and body back until
 * a buffer is full or the answer ends, unless the answer says `X-Accel-Buffering: no`.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HoldingProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** proxy_buffer_size: one page of memory. */
const BUFFER_BYTES = 4_096;
/** Headers that nginx removes. */
const OWN_HEADERS = ['x-accel-buffering', 'connection', 'keep-alive', 'transfer-encoding'];

export async function openNginxLikeProxy(target: string): Promise<HoldingProxy> {
  const server = createServer((req, res) => {
    const { method = 'GET', url = '/', headers } = req;
    const upstream = request(new URL(url, target), { method, headers, agent: false }, (answer) => pass(answer, res));
    upstream.on('error', () => res.destroy());
    res.once('close', () => upstream.destroy());
    req.pipe(upstream);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function pass(answer: IncomingMessage, res: ServerResponse): void {
  const isBuffered = answer.headers['x-accel-buffering'] !== 'no';
  const headers = Object.entries(answer.headers).filter(([name]) => !OWN_HEADERS.includes(name));
  const held: Buffer[] = [];
  const flush = () => {
    if (!res.headersSent) res.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers));
    for (const chunk of held.splice(0)) res.write(chunk);
  };
  if (!isBuffered) {
    flush();
    res.flushHeaders();
  }
  answer.on('data', (chunk: Buffer) => {
    held.push(chunk);
    const bytes = held.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (!isBuffered || bytes >= BUFFER_BYTES) flush();
  });
  answer.once('end', () => {
    flush();
    res.end();
  });
  answer.once('error', () => res.destroy());
}
