/**
 * Brim as it is deployed: processes of their own (`node dist/server/main.js`), asked over real
 * sockets, which a test may pause or kill. Each is ended by its id: at the end of the test file,
 * and by itself should the test's process die first.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { type Client, createClient } from 'graphql-ws';
import { afterAll } from 'vitest';
import { WebSocket } from 'ws';
import { type Answer, post, TEST_KEY, type TestBrim } from './brim.ts';
import { patience } from './deadlines.ts';

export interface ProcessOptions {
  /** Where its rows are: a database, or a folder for an embedded one. */
  readonly database: { readonly url: string } | { readonly dataDir: string };
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface BrimProcess extends Pick<TestBrim, 'url' | 'query' | 'data' | 'socket'> {
  readonly pid: number;
  /** Sends a signal; SIGKILL unless told otherwise. A process that is gone takes no notice. */
  kill(signal?: NodeJS.Signals): void;
  /** How it ended, once it has. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** What it has said so far. */
  output(): string;
}

export interface BrimProcesses {
  /**
   * @throws Error, with what it said, where it ends or stays silent instead of saying where it
   * listens.
   */
  start(options: ProcessOptions): Promise<BrimProcess>;
  /** Kills all that run, and resolves when they are gone. */
  end(): Promise<void>;
}

const ROOT = path.resolve(import.meta.dirname, '../..');
const TOKEN_SECRET = 'a secret that only the tests know and long enough';
const START_TIMEOUT_MS = patience(55_000);
/** The greeting of development, or the log of production. */
const LISTENS = /GraphiQL +(\S+)\/graphql\n|"url":"([^"]+)","msg":"brim: ready"/;
/** A child whose parent is gone hears it from the channel between them. */
const ENDS_WITH_PARENT =
  'data:text/javascript,process.once("disconnect",()=>process.kill(process.pid,"SIGKILL"));process.channel?.unref();';

/** Call it where `afterAll` may be called: it ends what was started. */
export function brimProcesses(): BrimProcesses {
  const running = new Set<{ readonly child: ChildProcess; readonly clients: readonly Client[] }>();

  async function end(): Promise<void> {
    await Promise.all(
      [...running].map(async ({ child, clients }) => {
        await Promise.all(clients.map((client) => client.dispose()));
        await killed(child);
      }),
    );
    running.clear();
  }
  afterAll(end);

  async function start(options: ProcessOptions): Promise<BrimProcess> {
    const child = spawn(process.execPath, ['--import', ENDS_WITH_PARENT, '--enable-source-maps', 'dist/server/main.js'], {
      cwd: ROOT,
      env: environmentOf(options),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const clients: Client[] = [];
    running.add({ child, clients });
    const said = listenTo(child);
    const url = await said.address;
    const { pid } = child;
    if (pid === undefined) throw new Error('a process without an id');
    const query = (document: string, variables?: Record<string, unknown>, credential = TEST_KEY): Promise<Answer> =>
      post(url, document, variables, credential);
    return {
      url,
      pid,
      query,
      async data(document, variables, credential) {
        const { data, errors } = await query(document, variables, credential);
        if (errors) throw new Error(`unexpected errors: ${JSON.stringify(errors)}`);
        return data;
      },
      socket(credential = TEST_KEY) {
        const client = createClient({
          url: `${url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          connectionParams: { authorization: `Bearer ${credential}` },
          retryAttempts: 0,
        });
        clients.push(client);
        return client;
      },
      kill: (signal = 'SIGKILL') => void child.kill(signal),
      exited: said.exited,
      output: said.text,
    };
  }

  return { start, end };
}

/** Nothing of the caller's own configuration reaches it. */
function environmentOf({ database, env }: ProcessOptions): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    ...{ PATH, HOME, TMPDIR, NODE_ENV: 'test', HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn' },
    ...{ BRIM_SECRET_KEY: TEST_KEY, BRIM_TOKEN_SECRET: TOKEN_SECRET },
    ...('url' in database ? { DATABASE_URL: database.url } : { BRIM_DATA_DIR: database.dataDir }),
    ...env,
  };
}

interface Said {
  readonly address: Promise<string>;
  readonly exited: BrimProcess['exited'];
  text(): string;
}

function listenTo(child: ChildProcess): Said {
  let text = '';
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const address = new Promise<string>((resolve, reject) => {
    const refuse = (why: string) => reject(new Error(`Brim ${why}. It said:\n${text}`));
    const timer = setTimeout(refuse, START_TIMEOUT_MS, `did not say where it listens within ${START_TIMEOUT_MS} ms`);
    const hear = (chunk: string) => {
      text += chunk;
      const url = LISTENS.exec(text)?.slice(1).find(Boolean);
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    for (const stream of [child.stdout, child.stderr] satisfies (Readable | null)[]) stream?.setEncoding('utf8').on('data', hear);
    void exited.then(({ code, signal }) => {
      clearTimeout(timer);
      refuse(`ended with ${signal ?? code} instead of starting`);
    });
  });
  return { address, exited, text: () => text };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
