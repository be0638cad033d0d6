/** What a development server shows depends on who can reach it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';

describe.concurrent('a development server that other machines can reach', () => {
  const processes = brimProcesses();

  it.for<[by: string, env: Readonly<Record<string, string>>, isShown: boolean]>([
    ['HOST=0.0.0.0', { HOST: '0.0.0.0' }, false],
    ['a tunnel', { PUBLIC_URL: 'https://laptop.tunnel.example' }, false],
    ['nobody', {}, true],
  ])('shows no key, and warns: %s', async ([, env, isShown], { onTestFinished }) => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'brim-hosts-'));
    const database = await freshDatabase();
    onTestFinished(async () => {
      await database.drop();
      await rm(dataDir, { recursive: true });
    });
    const brim = await processes.start({ database, env: { ...env, BRIM_DATA_DIR: dataDir, BRIM_SECRET_KEY: '' } });
    const key = /secret key +(brim_sk_\S+)/.exec(brim.output())?.[1];
    expect(key).toBeDefined();
    const page = await fetch(`${brim.url}/graphql`, { headers: { accept: 'text/html' } });
    expect([page.status, (await page.text()).includes(String(key)), /WARNING .+other machines/.test(brim.output())]).toEqual([
      200,
      isShown,
      !isShown,
    ]);
    brim.kill('SIGTERM');
    await brim.exited;
  });
});
