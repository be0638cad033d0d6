/**
 * The wire between a Brim and Stripe: it carries every call, until a test cuts it at one of them.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

type Fate = 'carried' | 'lost' | 'unanswered';

export interface Wire {
  /** What a Brim takes for Stripe's address. */
  readonly url: string;
  /**
   * From now on a call that opens a page is: carried; lost, and never gets there; or unanswered,
   * and is done and nobody hears of it.
   */
  openingPages: Fate;
  /**
   * The same of calls that charge saved payment methods. A call that is repeated has its first
   * fate.
   */
  charging: Fate;
  /**
   * The next call like this, such as /^POST \/v1\/refunds$/, is lost, or is done and not answered.
   */
  cutNext(call: RegExp, fate: Exclude<Fate, 'carried'>): void;
  /** How many different charges were cut so far. */
  readonly chargesCut: number;
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
  let cutting: { readonly call: RegExp; readonly fate: Exclude<Fate, 'carried'> } | undefined;
  const fates = new Map<string, Fate>();
  /** The SDK repeats a call that nobody answers. */
  const fateOf = (key: string): Fate => {
    const fate = fates.get(key) ?? wire.charging;
    fates.set(key, fate);
    return fate;
  };
  const chargesDone = new Set<string>();
  const server = createServer((request, response) => {
    const call = `${request.method} ${request.url?.replace(/\?.*/s, '')}`;
    calls.push(call);
    const opensPage = request.method === 'POST' && request.url === '/v1/checkout/sessions';
    const charges = request.method === 'POST' && request.url === '/v1/payment_intents';
    const key = String(request.headers['idempotency-key']);
    const cut = cutting?.call.test(call) ? cutting : undefined;
    if (cut) cutting = undefined;
    const fate = cut?.fate ?? (opensPage ? wire.openingPages : charges ? fateOf(key) : 'carried');
    const carried =
      fate === 'lost'
        ? Promise.resolve()
        : (opensPage ? held : Promise.resolve()).then(() => carry(request, response, stripeUrl(), fate === 'unanswered'));
    void carried.then(() => {
      if (charges && fate !== 'carried') chargesDone.add(key);
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
    cutNext(call, fate) {
      cutting = { call, fate };
    },
    charging: 'carried',
    holdPages() {
      let release = () => {};
      held = new Promise((resolve) => {
        release = resolve;
      });
      return () => release();
    },
    get chargesCut() {
      return chargesDone.size;
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
