/**
 * Something at Brim's address that answers as a test says: what the network and a server in trouble
 * do. The real one may stand behind it.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Reply {
  readonly status?: number;
  readonly body: string;
}

export interface StandIn {
  readonly url: string;
  /** The inputs that came, in their order. */
  readonly inputs: readonly Record<string, unknown>[];
}

type Answer = (body: string, turn: number) => Reply | 'cut' | 'silence' | Promise<Reply | 'cut' | 'silence'>;

/** `cut` ends the connection without an answer, `silence` keeps it. */
export async function openStandIn(answer: Answer): Promise<StandIn> {
  const inputs: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    inputs.push(JSON.parse(body).variables.input);
    const reply = await answer(body, inputs.length);
    if (reply === 'cut') return void request.socket.destroy();
    if (reply !== 'silence') response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' }).end(reply.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, inputs };
}

/** Hands a request on to the real one. */
export async function passOn(url: string, body: string, secretKey: string): Promise<Reply> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${secretKey}` };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body });
  return { status: response.status, body: await response.text() };
}

/** A top-level error, as Brim sends one. */
export function errorReply(code: string, status = 200, facts: Readonly<Record<string, string>> = {}): Reply {
  return { status, body: JSON.stringify({ data: { track: null }, errors: [{ message: code, extensions: { code, ...facts } }] }) };
}
