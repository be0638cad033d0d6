import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { post, subscribe, take } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { answerPage, attach, createCustomer, fillShop, MESSAGES, track } from '../support/shop.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/**
 * Ready is promised in 5 s on a quiet machine; the start of two cores under test may take five
 * times that.
 */
const START_TIMEOUT_MS = patience(25_000);

const ended: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const end of ended.reverse()) await end();
});

/** What git would clone, in a new folder; the installed packages are borrowed. */
async function copyOfTheProject(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'brim-newcomer-'));
  ended.push(() => rm(folder, { recursive: true, force: true }));
  // As a folder that a person makes: others may enter it.
  await chmod(folder, 0o755);
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n');
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await cp(path.join(ROOT, file), path.join(folder, file)).catch(ignoreDeleted);
  }
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

function ignoreDeleted(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** `npm start`, in a process group of its own, and what it printed when it was ready. */
async function npmStart(folder: string, port: string) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(NODE_ENV|DATABASE_URL|VITEST.*|BRIM_.*|STRIPE_.*)$/.test(name),
  );
  const env = { ...Object.fromEntries(inherited), PORT: port };
  const child = spawn('npm', ['start'], { cwd: folder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw new Error('npm start did not start');
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-pid, 'SIGTERM');
    await exited;
  };
  ended.push(stop);
  let said = '';
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready in time:\n${said}`)), START_TIMEOUT_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
        if (!/Ctrl-C/.test(said)) return;
        clearTimeout(timer);
        resolve();
      });
    }
    child.once('exit', () => reject(new Error(`npm start ended:\n${said}`)));
  });
  await ready;
  const [, url = ''] = /GraphiQL\s+(\S+)\/graphql/.exec(said) ?? [];
  const [, key = ''] = /secret key\s+(\S+)/.exec(said) ?? [];
  return { url, key, said, stop };
}

it('starts from nothing with one command, and shows a bought balance live; all of it is there after a restart', {
  timeout: patience(90_000),
}, async () => {
  const folder = await copyOfTheProject();
  const first = await npmStart(folder, '0');
  expect(first.said).toMatch(/simulated\s+payments/);
  expect(first.said).toMatch(/simulated\s+the database server/);

  const brim = (running: { url: string; key: string }) => ({
    data: async (document: string, variables?: Record<string, unknown>, credential: string = running.key) => {
      const { data, errors } = await post(running.url, document, variables, credential);
      expect(errors).toBeUndefined();
      return data;
    },
  });
  await fillShop(brim(first));
  await createCustomer(brim(first), 'user_123');

  const client = createClient({
    url: `${first.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${first.key}` },
    retryAttempts: 0,
  });
  ended.push(async () => client.dispose());
  const changes = subscribe(
    client,
    'subscription { balanceChanged(customerId: "user_123") { cause balance { remaining } entry { kind purchase { status } } } }',
  );
  const remaining = async () => (await take(changes, 1))[0].balanceChanged.balance.remaining;
  expect(await remaining()).toBe('10');
  await track(brim(first), { customerId: 'user_123', value: '5' });
  expect(await remaining()).toBe('5');
  const featureQuantities = [{ featureId: MESSAGES, quantity: '200' }];
  const { checkoutUrl } = await attach(brim(first), { customerId: 'user_123', planId: 'top_up', featureQuantities });
  await answerPage(checkoutUrl);
  const [{ balanceChanged: bought }] = await take(changes, 1);
  expect(bought).toMatchObject({ balance: { remaining: '205' }, entry: { kind: 'GRANT', purchase: { status: 'ACTIVE' } } });
  await first.stop();

  const second = await npmStart(folder, '0');
  expect(second.key).toBe(first.key);
  const { customer } = await brim(second).data('{ customer(id: "user_123") { sequence balances { remaining } } }');
  expect(customer).toEqual({ sequence: 3, balances: [{ remaining: '205' }] });
  await second.stop();
});
