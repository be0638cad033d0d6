/**
 * Subscribers of balances, and changes of these balances. A push's latency is from the request of
 * the change until the push has arrived, both seen by this process.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { type Rate, summary } from '../rate.ts';
import { KEY } from '../subject/brim.ts';
import { customerName, FEATURE } from '../subject/catalogue.ts';
import { OPERATIONS } from './operations.ts';
import { openSocket, type Socket } from './socket.ts';

export interface PushTask {
  readonly over: 'pushes';
  readonly url: string;
  readonly sockets: number;
  /** Each socket subscribes to one of so many customers. */
  readonly customers: number;
  readonly seconds: number;
  /** Left out: one batch of `batch` changes. */
  readonly changesPerSecond?: number;
  readonly batch?: number;
}

/** A rate, and what of the pushes that were due has arrived. */
export interface PushRate extends Rate {
  readonly missing: number;
}

const SUBSCRIPTION =
  'subscription ($customerId: ID!, $featureIds: [ID!]) { balanceChanged(customerId: $customerId, featureIds: $featureIds) { balance { remaining version } } }';
const OPENED_AT_ONCE = 50;
/** How long pushes may still arrive after the last change. */
const LATE_MS = 60_000;

export async function followPushes(task: PushTask): Promise<PushRate> {
  const { url, sockets, customers } = task;
  /** When which version of a customer's balance arrived: [customer, version, instant]. */
  const arrived: (readonly [number, number, number])[] = [];
  const open: Socket[] = [];
  for (let number = 0; number < sockets; number += OPENED_AT_ONCE) {
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, sockets - number) }, (_, offset) => (number + offset) % customers);
    open.push(
      ...(await Promise.all(
        some.map((customer) => follow(url, customer, (version) => arrived.push([customer, version, performance.now()]))),
      )),
    );
  }
  const pool = new Pool(url, { connections: 32 });
  const start = performance.now();
  const sent = await (task.changesPerSecond ? changeSteadily(pool, task, task.changesPerSecond) : changeAtOnce(pool, task));
  const due = [...sent.keys()].reduce((sum, key) => sum + followersOf(Number(key.split(' ')[0]), task), 0);
  for (const until = performance.now() + LATE_MS; arrived.length < due && performance.now() < until; ) await sleep(5);
  const latenciesMs: number[] = [];
  let last = start;
  for (const [customer, version, at] of arrived) {
    const from = sent.get(`${customer} ${version}`);
    if (from === undefined) continue;
    latenciesMs.push(at - from);
    last = Math.max(last, at);
  }
  for (const socket of open) socket.close();
  await pool.close();
  return { ...summary(latenciesMs, last - start), missing: due - latenciesMs.length };
}

const followersOf = (customer: number, { sockets, customers }: PushTask) =>
  Math.floor(sockets / customers) + (customer < sockets % customers ? 1 : 0);

/** Resolves when the snapshot has come; every later message is a push. */
async function follow(url: string, customer: number, onPush: (version: number) => void): Promise<Socket> {
  const socket = await openSocket(url);
  const variables = { customerId: customerName(customer), featureIds: [FEATURE] };
  await new Promise<void>((resolve, reject) => {
    let isSnapshot = true;
    socket.send(SUBSCRIPTION, variables, (text) => {
      const version = /"version":(\d+)/.exec(text)?.[1];
      if (version === undefined) return reject(new Error(text.slice(0, 1_000)));
      if (isSnapshot) resolve();
      else onPush(Number(version));
      isSnapshot = false;
    });
  });
  return socket;
}

/** When the change that made which version was asked for, by `customer version`. */
type Sent = Map<string, number>;

async function changeSteadily(pool: Pool, { customers, seconds }: PushTask, perSecond: number): Promise<Sent> {
  const sent: Sent = new Map();
  const asked: Promise<void>[] = [];
  const start = performance.now();
  for (let change = 0; change < perSecond * seconds; change += 1) {
    const wait = start + (change * 1_000) / perSecond - performance.now();
    if (wait > 1) await sleep(wait);
    const customer = change % customers;
    const from = performance.now();
    const variables = { input: { customerId: customerName(customer), featureId: FEATURE } };
    asked.push(ask(pool, OPERATIONS.track.query, variables).then((text) => note(sent, customer, text, from)));
  }
  await Promise.all(asked);
  return sent;
}

async function changeAtOnce(pool: Pool, { batch = 1 }: PushTask): Promise<Sent> {
  const sent: Sent = new Map();
  const from = performance.now();
  note(sent, 0, await ask(pool, OPERATIONS.trackBatch.query, OPERATIONS.trackBatch.variables(0, { customers: 1, batch })), from);
  return sent;
}

function note(sent: Sent, customer: number, answer: string, from: number): void {
  for (const [, version] of answer.matchAll(/"version":(\d+)/g)) sent.set(`${customer} ${version}`, from);
}

async function ask(pool: Pool, query: string, variables: unknown): Promise<string> {
  const { body } = await pool.request({
    path: '/graphql',
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ query, variables }),
  });
  const text = await body.text();
  if (!text.includes('TrackSuccess')) throw new Error(text.slice(0, 1_000));
  return text;
}
