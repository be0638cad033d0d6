/**
 * The wire between a Brim and Stripe: it carries every call, until a test cuts it at one of them.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Wire {
  /** What a Brim takes for Stripe's address. */
  readonly url: string;
  /**
   * From now on a call that opens a page is: carried; lost, and never gets there; or unanswered,
   * and is done and nobody hears of it.
   */
  openingPages: 'carried' | 'lost' | 'unanswered';
  /** How many calls were cut so far. */
  readonly cuts: number;
  /**
   * Holds calls that open a page back, as Stripe does when it is slow. @returns what lets them go.
   */
  holdPages(): () => void;
  /** What was asked so far, as "POST /v1/customers". */
  readonly calls: readonly string[];
  close(): Promise<void>;
}

const ANSWERED = ['content-type', 'request-id', 'idempotent-replayed', 'retry-after', 'stripe-should-retry'];
const CARRIED = ['authorization', 'content-type', 'idempotency-key', 'stripe-version'];

export async function openWire(stripeUrl: () => string): Promise<Wire> {
  let cuts = 0;
  const calls: string[] = [];
  let held = Promise.resolve();
  const server = createServer((request, response) => {
    calls.push(`${request.method} ${request.url?.replace(/\?.*/s, '')}`);
    const opensPage = request.method === 'POST' && request.url === '/v1/checkout/sessions';
    const fate = opensPage ? wire.openingPages : 'carried';
    const carried =
      fate === 'lost'
        ? Promise.resolve()
        : (opensPage ? held : Promise.resolve()).then(() => carry(request, response, stripeUrl(), fate === 'unanswered'));
    void carried.then(() => {
      if (fate !== 'carried') cuts += 1;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('listens on no port');
  const wire: Wire = {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    openingPages: 'carried',
    holdPages() {
      let release = () => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
    get cuts() {
      return cuts;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return wire;
}

async function carry(
  request: IncomingMessage,
  response: ServerResponse,
  stripeUrl: string,
  isUnanswered: boolean,
): Promise<void> {
  const { method = 'GET' } = request;
  const headers = Object.fromEntries(
    CARRIED.flatMap((name) => {
      const value = request.headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
  const body = await text(request);
  const answer = await fetch(stripeUrl + (request.url ?? ''), { method, headers, ...(method === 'POST' ? { body } : {}) });
  const words = await answer.text();
  if (isUnanswered) return;
  for (const name of ANSWERED) {
    const value = answer.headers.get(name);
    if (value !== null) response.setHeader(name, value);
  }
  response.writeHead(answer.status).end(words);
}
