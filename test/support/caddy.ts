/** A real Caddy before several Brims, with the configuration that deploy/ has for it. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { vi } from 'vitest';
import { patience } from './deadlines.ts';
import { endProgram, findProgram, freePort, hasProgram } from './programs.ts';

export interface Balancer {
  readonly url: string;
  close(): Promise<void>;
}

const CONFIGURATION = path.resolve(import.meta.dirname, '../../deploy/Caddyfile');

/** @throws Error in CI where there is no Caddy. */
export const hasCaddy = () => hasProgram('caddy', 'nothing was tried behind a balancer');

/** @param brims the addresses of the Brims that it balances. */
export async function openCaddy(brims: readonly string[]): Promise<Balancer> {
  const program = findProgram('caddy');
  if (program === undefined) throw new Error('caddy is not installed');
  const home = await mkdtemp(path.join(tmpdir(), 'brim-caddy-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(program, ['run', '--config', CONFIGURATION, '--adapter', 'caddyfile'], {
    env: {
      ...{ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, CADDY_ADMIN: `127.0.0.1:${await freePort()}` },
      ...{ PUBLIC_URL: url, BRIM_UPSTREAMS: brims.map((each) => new URL(each).host).join(' ') },
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  const isReady = async () => {
    if ((await fetch(`${url}/ready`)).status !== 200) throw new Error('it reaches no Brim yet');
  };
  await vi.waitFor(isReady, { timeout: patience(10_000) }).catch(async (cause: unknown) => {
    await endProgram(child);
    throw new Error(`Caddy did not start: ${said}`, { cause });
  });
  return {
    url,
    async close() {
      await endProgram(child);
      await rm(home, { recursive: true, force: true });
    },
  };
}
