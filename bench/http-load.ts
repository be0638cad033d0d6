/**
 * The callers of the HTTP rows, in a process of their own: on one event loop they would slow what
 * they measure.
 */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { measure, type Rate } from './measure.ts';

export interface HttpLoad {
  readonly url: string;
  readonly key: string;
  readonly callers: number;
  readonly seconds: number;
  /** All on one customer. */
  readonly hot: boolean;
  /** Tracks a request. */
  readonly batch: number;
}

export function callOverHttp(load: HttpLoad): Promise<Rate> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(load)]);
    child.once('message', (rate: Rate) => resolve(rate));
    child.once('error', reject);
    child.once('exit', (code) => code !== 0 && reject(new Error(`the callers ended with ${code}`)));
  });
}

const TRACK =
  'mutation ($input: TrackInput!) { track(input: $input) { __typename ... on TrackSuccess { balance { remaining version } } } }';
const TRACK_BATCH =
  'mutation ($input: TrackBatchInput!) { trackBatch(input: $input) { ... on TrackBatchSuccess { results { __typename ... on TrackSuccess { balance { remaining version } } } } } }';

async function run({ url, key, callers, seconds, hot, batch }: HttpLoad): Promise<Rate> {
  const inputOf = (index: number) => ({ customerId: `customer_${hot ? 0 : (index * 7919) % 10_000}`, featureId: 'messages' });
  const call = async (index: number) => {
    const events = Array.from({ length: batch }, (_, offset) => inputOf(index * batch + offset));
    const input = batch === 1 ? inputOf(index) : { events };
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ query: batch === 1 ? TRACK : TRACK_BATCH, variables: { input } }),
    });
    const text = await response.text();
    if (!text.includes('TrackSuccess')) throw new Error(text);
  };
  return measure({ callers: batch === 1 ? callers : Math.ceil(callers / 8), seconds }, call, batch);
}

const [, , load] = process.argv;
if (process.send && load) {
  process.send(await run(JSON.parse(load)));
  process.disconnect();
}
