/** The code of docs/server-client.md: compiled against the sources, and run against a real Brim. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TEST_KEY } from '../support/brim.ts';
import { type ClientShop, expectNamed, openClientShop } from '../support/shop/app-server.ts';
import { balanceOf } from '../support/shop.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Within the project, so that its packages are found. */
const FOLDER = path.join(ROOT, 'node_modules/.cache/brim-docs-server');

describe('the page about the server client', () => {
  let shop: ClientShop;

  beforeAll(async () => {
    shop = await openClientShop();
    const page = await readFile(path.join(ROOT, 'docs/server-client.md'), 'utf8');
    await rm(FOLDER, { recursive: true, force: true });
    await mkdir(FOLDER, { recursive: true });
    for (const [, name, code = ''] of page.matchAll(/```ts (\w+)\n([\s\S]*?)```/g)) {
      const sources = code
        .replaceAll("'@brim/client/server'", `'${ROOT}/packages/client/src/server/index.ts'`)
        .replace('https://brim.example', shop.url)
        .replace('brim_sk_…', TEST_KEY);
      await writeFile(path.join(FOLDER, `${name}.ts`), sources);
    }
    const config = {
      extends: path.join(ROOT, 'tsconfig.json'),
      compilerOptions: { typeRoots: [path.join(ROOT, 'node_modules/@types')] },
    };
    await writeFile(path.join(FOLDER, 'tsconfig.json'), JSON.stringify({ ...config, include: ['*.ts'] }));
    await writeFile(path.join(FOLDER, 'package.json'), '{"type":"module"}');
  });
  afterAll(async () => {
    await shop.close();
    await rm(FOLDER, { recursive: true, force: true });
  });

  const load = (name: string) => import(path.join(FOLDER, `${name}.ts`));

  it('names every function of the client', async () => {
    const page = await readFile(path.join(ROOT, 'docs/server-client.md'), 'utf8');
    const listed = [...page.matchAll(/^\| [^|]+\| (`.*`) \|$/gm)].flatMap(([, names = '']) =>
      names.replaceAll('`', '').split(', '),
    );
    const functions = Object.entries(await shop.connect()).filter(([, value]) => typeof value === 'function');
    const ofTheClientItself = ['flush', 'close'];
    expect([...listed, ...ofTheClientItself].toSorted()).toEqual(functions.map(([name]) => name).toSorted());
  });

  it('has code that compiles as it stands', async () => {
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
    const checked = await promisify(execFile)(process.execPath, [tsc, '-p', FOLDER]).catch((error: { stdout: string }) => error);
    expect(checked.stdout).toBe('');
  });

  it('takes, holds, corrects and gives', async () => {
    const customerId = await shop.newCustomer();
    const { takeMessages } = await load('take');
    expect(await takeMessages(customerId, 2)).toBe('8 left');
    expect(await takeMessages(customerId, 9)).toBe('only 8 left; Top-up would help');
    const { answerQuestion } = await load('answer');
    expect(await answerQuestion(customerId, async () => 0.1 + 0.2)).toBe('7.7 left');
    const failing = answerQuestion(customerId, () => Promise.reject(new Error('the model is away')));
    await expect(failing).rejects.toThrow('the model is away');
    expect(await balanceOf(shop, customerId)).toMatchObject({ remaining: '7.7', held: '0' });
    const client = await shop.connect();
    const tracked = expectNamed(await client.track({ customerId, featureId: 'premium_messages', value: 3 }), 'TrackSuccess');
    const { giveBack, apologise } = await load('support');
    expect(await giveBack(tracked.entry.id)).toBe('3');
    await apologise(customerId);
    expect(await balanceOf(shop, customerId)).toMatchObject({ remaining: '27.7' });
    const { history } = await load('history');
    expect((await history(customerId)).slice(0, 3)).toEqual(['GRANT 20', 'REVERSAL 3', 'USAGE -3']);
  });

  it('follows a balance, takes customers over, and renames a plan', async () => {
    const customerId = await shop.newCustomer();
    const [{ warn }, { rename }] = await Promise.all([load('follow'), load('catalogue')]);
    const told: string[] = [];
    const leaving = new AbortController();
    const watching = warn(customerId, 5, (left: string) => told.push(left), leaving.signal);
    const client = await shop.connect();
    await client.track({ customerId, featureId: 'premium_messages', value: 4 });
    await client.track({ customerId, featureId: 'premium_messages', value: 2 });
    await vi.waitFor(() => expect(told).toEqual(['4']));
    leaving.abort();
    await watching;
    const { takeOver } = await load('takeover');
    const opening = { featureId: 'premium_messages', remaining: 7, idempotencyKey: 'opening' };
    const rows = [
      { ...opening, customerId: 'moved' },
      { ...opening, customerId: 'lost', featureId: 'none' },
    ];
    expect(await takeOver(rows)).toEqual(['lost:  There is no feature with the id "none".']);
    expect((await client.balance('moved', 'premium_messages'))?.remaining).toBe('17');
    await rename('top_up', 'More messages');
    expect(await client.plan('top_up')).toMatchObject({ name: 'More messages', version: 2 });
  });
});
