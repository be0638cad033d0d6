/**
 * One run: a database server, two Brims, commands and faults. When the faults are over, every
 * undecided command is sent again.
 */
import { setTimeout } from 'node:timers/promises';
import { applyMigrations } from '../../../src/database/migrate.ts';
import { openBrim, type TestBrim } from '../../support/brim.ts';
import type { BrimProcess, BrimProcesses } from '../../support/process.ts';
import { answerPage, createCustomer, createPlan, fillShop, grant, MESSAGES, prepaid } from '../../support/shop.ts';
import { openSql, until } from '../../support/witness.ts';
import { isDecided, type Story } from './command.ts';
import { openDraw } from './draw.ts';
import { openFaults, prepareFullDisk } from './faults.ts';
import { judge, judgePushes } from './judge.ts';
import { readLedgers } from './ledgers.ts';
import { openSubscriber } from './pushes.ts';
import { send } from './send.ts';
import { openDatabaseServer } from './server.ts';
import { openFaultyWay } from './way.ts';
import { CUSTOMERS, GIFTS, nextCommand, nothingKnown, TOP_UPS } from './workload.ts';

export interface RunOptions {
  readonly seed: number;
  readonly commands: number;
  readonly processes: BrimProcesses;
  /** So many answers between two faults; and so many commands between two that take a while. */
  readonly every: number;
  readonly slowEvery: number;
}

export interface Report {
  readonly falsehoods: readonly string[];
  readonly faults: readonly string[];
  readonly stories: readonly Story[];
  /** The same database, for a look from outside. */
  readonly databaseUrl: string;
  close(): Promise<void>;
}

const SENDERS = 8;
const ATTEMPTS = 3;

export async function run({ seed, commands, processes, every, slowEvery }: RunOptions): Promise<Report> {
  const draw = openDraw(seed);
  const known = nothingKnown();
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  try {
    const server = await openDatabaseServer();
    closers.push(server.close);
    await applyMigrations(server.url);
    let sql = await openSql(server.url);
    closers.push(() => sql.close());
    const ways = [await openFaultyWay(server.url), await openFaultyWay(server.url)];
    for (const way of ways) closers.push(way.close);
    const [hereWay, thereWay] = ways.map(({ url }) => url);
    const start = () => processes.start({ database: { url: thereWay ?? '' }, env: { LOG_LEVEL: 'silent' } });
    const starting = start();
    const here = await openBrim({ databaseUrl: hereWay ?? '' });
    closers.push(here.close);
    let there: BrimProcess = await starting;
    let isThere = true;
    closers.push(async () => there.kill());
    await openStock(here);
    await prepareFullDisk(sql);
    const subscribers = await Promise.all(CUSTOMERS.map((customer) => openSubscriber(() => here.url, customer)));

    const faults = openFaults(
      {
        sql: () => sql,
        ways,
        async restartServer() {
          await server.restart();
          sql = await openSql(server.url);
        },
        async killBrim() {
          isThere = false;
          there.kill();
          await there.exited;
          there = await start();
          isThere = true;
        },
      },
      openDraw(seed + 1),
      { every, slowEvery },
    );

    const stories: Story[] = [];
    const senseless: string[] = [];
    const attempt = async (story: Story, url: string) => {
      const said = await send(url, story.command);
      story.attempts.push(said.outcomes);
      story.answers.push(said.words);
      if (said.isSenseless) senseless.push(`${story.command.name}: an answer that says nothing: ${said.words.slice(0, 600)}`);
      faults.answered();
    };
    // A sender that finds nobody there mostly goes to the other.
    const place = () => (isThere || draw.chance(0.2) ? draw.one([here.url, there.url]) : here.url);
    let sent = 0;
    const sendOneByOne = async () => {
      while (sent < commands) {
        sent += 1;
        faults.sent(sent);
        const story: Story = { command: nextCommand(sent, draw, known), attempts: [], answers: [] };
        stories.push(story);
        for (let turn = 0; turn < ATTEMPTS && !isDecided(story); turn += 1) await attempt(story, place());
        const page = draw.chance(0.3) ? draw.take(known.pages) : undefined;
        if (page !== undefined) await answerPage(page).catch(() => undefined);
        // A process that is away refuses at once; the pause keeps senders from asking all the time.
        if (story.attempts.at(-1)?.[0] !== 'done') await setTimeout(100);
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sendOneByOne));
    await faults.end();

    for (const page of known.pages) await answerPage(page).catch(() => undefined);
    await settleDown(stories, here, attempt);
    await deliverAll(here);
    const ledgers = await readLedgers(sql);
    const last = (customer: string) => ledgers.entries.filter((entry) => entry.customer === customer).at(-1)?.sequence ?? 0;
    await until(() => {
      const behind = subscribers.filter(({ customer, told }) => (told.at(-1)?.sequence ?? 0) < last(customer));
      if (behind.length > 0) throw new Error(`${behind.map(({ customer }) => customer)} have not got all`);
    }, 20_000).catch(() => undefined);
    for (const subscriber of subscribers) await subscriber.stop();
    const pushes = subscribers.flatMap((subscriber) => judgePushes(subscriber, ledgers));
    const falsehoods = [...senseless, ...judge(stories, ledgers), ...undecided(stories), ...pushes];
    return { falsehoods, faults: faults.done, stories, databaseUrl: server.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Delivers the events of all that was paid. A purchase that became ACTIVE later would be told of,
 * and be in no ledger that was read before.
 */
async function deliverAll({ app: { sandbox } }: TestBrim): Promise<void> {
  await until(async () => {
    const pending = (await sandbox?.events.pending()) ?? [];
    for (const { id } of pending) await sandbox?.events.deliver(id);
    if (pending.length > 0) throw new Error(`${pending.length} events were not delivered at once`);
  }, 20_000);
}

/** Sends undecided commands again, without faults, until each is answered. */
async function settleDown(
  stories: readonly Story[],
  { url }: Pick<TestBrim, 'url'>,
  attempt: (story: Story, url: string) => Promise<void>,
): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    const waiting = stories.filter((story) => !isDecided(story));
    if (waiting.length === 0) return;
    for (const story of waiting) await attempt(story, url);
    await setTimeout(100);
  }
}

function undecided(stories: readonly Story[]): readonly string[] {
  return stories
    .filter((story) => !isDecided(story))
    .map(({ command, answers }) => `${command.name}: never answered in the end: ${answers.at(-1)?.slice(0, 600)}`);
}

async function openStock(brim: TestBrim): Promise<void> {
  await fillShop(brim);
  for (const id of GIFTS) await createPlan(brim, { id, addOn: true, items: [{ featureId: MESSAGES, included: '5' }] });
  for (const id of TOP_UPS) await createPlan(brim, { id, addOn: true, items: [{ featureId: MESSAGES, price: prepaid('10') }] });
  for (const id of CUSTOMERS) {
    await createCustomer(brim, id);
    await grant(brim, { customerId: id, amount: '1000000' });
  }
}
