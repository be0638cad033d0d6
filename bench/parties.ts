/** Who takes part: Brim, its ledger alone, the rivals, and the process of the callers. */
import { type Child, openChild } from './child.ts';
import type { Contender } from './interleave.ts';
import type { CallersTask } from './load/callers.ts';
import type { PushRate, PushTask } from './load/pushes.ts';
import type { Rate } from './rate.ts';
import { createNaiveTables } from './rivals/naive-transaction.ts';
import type { RivalName, Row } from './rows.ts';
import type { Brim } from './subject/brim.ts';
import { customerName } from './subject/catalogue.ts';
import type { LedgerTask } from './subject/ledger.ts';

export interface Parties {
  brimOf(row: Row): Contender;
  rivalOf(row: Row, rival: RivalName): Contender;
  pushes(task: Omit<PushTask, 'over' | 'url'>): Promise<PushRate>;
  close(): Promise<void>;
}

/** Of the customers that are not used otherwise. */
const NEW = 2;
export const RIVALS = { 'bare node:http': 'bare-http', 'idle Yoga': 'idle-yoga', 'naive path': 'naive-yoga' } as const;

export async function openParties(brim: Brim, databaseUrl: string, customers: number): Promise<Parties> {
  await createNaiveTables(databaseUrl);
  const callers = await openChild<CallersTask, Rate>('load/callers');
  let ledger: Child<LedgerTask, Rate> | undefined;
  const servers: Child<null, string>[] = [];
  const urls = new Map<string, string>();
  for (const [name, module] of Object.entries(RIVALS)) {
    const server = await openChild<null, string>(`rivals/${module}`, databaseUrl);
    servers.push(server);
    urls.set(name, await server.run(null));
  }

  const inLedger = async (task: LedgerTask) => {
    ledger ??= await openChild<LedgerTask, Rate>('subject/ledger', databaseUrl);
    return ledger.run(task);
  };
  /** The ledger's process listens to every commit, so it is gone while others are measured. */
  const withoutLedger = async (task: CallersTask) => {
    await ledger?.close();
    ledger = undefined;
    return callers.run(task);
  };

  const customersOf = (row: Row) => (row.where === 'spread' ? customers : 1);
  const overHttp =
    (url: string, row: Row, operation: Parameters<typeof httpTask>[2], batch = 1) =>
    (seconds: number) =>
      withoutLedger(httpTask(url, row, operation, customersOf(row), batch, seconds));
  const inProcess = (row: Row, who: LedgerTask['who'], verb: LedgerTask['verb'], customer?: string) => (seconds: number) =>
    inLedger({ who, verb, callers: row.callers, seconds, customers: customer ?? customersOf(row) });

  function brimOf(row: Row): Contender {
    const { ask } = row;
    const name = 'Brim';
    if (ask.over === 'ledger') return { name, run: inProcess(row, 'ledger', ask.verb, ask.customer) };
    if (ask.over === 'http') return { name, run: overHttp(brim.url, row, ask.operation, ask.batch) };
    const task = { over: 'socket', url: brim.url, callers: row.callers, customers: customersOf(row), batch: 1 } as const;
    return { name, run: (seconds) => withoutLedger({ ...task, seconds }) };
  }

  function rivalOf(row: Row, name: RivalName): Contender {
    if (name === 'naive transaction') return { name, run: inProcess(row, 'naive', 'track') };
    if (name === 'new customer' && row.ask.over === 'ledger')
      return { name, run: inProcess(row, 'ledger', row.ask.verb, customerName(NEW)) };
    if (name === 'HTTP track') return { name, run: overHttp(brim.url, { ...row, callers: 64 }, 'track') };
    return { name, run: overHttp(urls.get(name) ?? '', row, 'track') };
  }

  return {
    brimOf,
    rivalOf,
    pushes: async (task) => (await withoutLedger({ over: 'pushes', url: brim.url, ...task })) as PushRate,
    async close() {
      await Promise.all([callers, ...servers].map((child) => child.close()));
      await ledger?.close();
    },
  };
}

function httpTask(
  url: string,
  { callers }: Row,
  operation: Extract<CallersTask, { over: 'http' }>['operation'],
  customers: number,
  batch: number,
  seconds: number,
): CallersTask {
  return { over: 'http', url, operation, callers, seconds, customers, batch };
}
