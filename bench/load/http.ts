/** Callers over HTTP, each with a connection of its own that is kept alive. */
import { Client } from 'undici';
import { measure, type Pressure, type Rate } from '../rate.ts';
import { KEY } from '../subject/brim.ts';
import { customerAt, FEATURE } from '../subject/catalogue.ts';
import { OPERATIONS, type OperationName, PLACE_HOLD, SETTLE_HOLD, type Where } from './operations.ts';

export interface HttpTask extends Pressure, Where {
  readonly over: 'http';
  readonly url: string;
  /** `hold` is two operations: place one, and settle it. */
  readonly operation: OperationName | 'hold';
}

const HEADERS = { 'content-type': 'application/json', authorization: `Bearer ${KEY}` };

export async function callOverHttp({ url, operation, callers, seconds, ...where }: HttpTask): Promise<Rate> {
  const clients = Array.from({ length: callers }, () => new Client(url, { bodyTimeout: 60_000, headersTimeout: 60_000 }));
  const ask = async (caller: number, query: string, variables: unknown, expects: string): Promise<string> => {
    const client = clients[caller];
    if (!client) throw new Error('there is no such caller');
    const request = { path: '/graphql', method: 'POST', headers: HEADERS, body: JSON.stringify({ query, variables }) } as const;
    const answer = await (await client.request(request)).body.text();
    if (!answer.includes(expects)) throw new Error(answer.slice(0, 1_000));
    return answer;
  };
  const once = (index: number, caller: number) => {
    if (operation === 'hold') return hold(index, where.customers, (...asked) => ask(caller, ...asked));
    const { query, variables, expects } = OPERATIONS[operation];
    return ask(caller, query, variables(index, where), expects);
  };
  try {
    return await measure({ callers, seconds }, once, where.batch);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

type Ask = (query: string, variables: unknown, expects: string) => Promise<string>;

async function hold(index: number, customers: number, ask: Ask): Promise<void> {
  const input = { customerId: customerAt(index, customers), featureId: FEATURE, amount: '5' };
  const placed = await ask(PLACE_HOLD, { input }, 'PlaceHoldSuccess');
  const holdId = /"id":"([^"]+)"/.exec(placed)?.[1];
  await ask(SETTLE_HOLD, { input: { holdId, amount: '3' } }, 'SettleHoldSuccess');
}
