/** `brim-mcp` as the host of an agent runs it: over its standard input and output. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { balanceOf, createCustomer, MESSAGES, openShop } from '../support/shop.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PROGRAM = ['--conditions=@brim/source', '--import', 'tsx', path.join(ROOT, 'packages/client/src/mcp/brim-mcp.ts')];
const OPTIONS = { timeout: patience(20_000) };

let shop: TestBrim;
beforeAll(async () => {
  shop = await openShop();
  await createCustomer(shop, 'ada');
});
afterAll(() => shop.close());

/** What the process says beside the protocol. */
const said: string[] = [];

async function agent(env: Readonly<Record<string, string>>, mode: 'legacy' | 'auto' = 'auto'): Promise<Client> {
  const server = { command: process.execPath, args: PROGRAM, cwd: ROOT, env: { BRIM_URL: shop.url, ...env } };
  const transport = new StdioClientTransport({ ...server, stderr: 'pipe' });
  transport.stderr?.on('data', (chunk: Buffer) => said.push(String(chunk)));
  const client = new Client({ name: 'a host', version: '1' }, { versionNegotiation: { mode } });
  onTestFinished(() => client.close());
  await client.connect(transport);
  return client;
}

it('reads for an agent, and changes nothing unless it may', OPTIONS, async () => {
  const reader = await agent({ BRIM_SECRET_KEY: TEST_KEY });
  expect(reader.getServerVersion()).toMatchObject({ name: 'brim', version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  const balance = { name: 'customerBalance', arguments: { customerId: 'ada', featureId: MESSAGES } };
  expect((await reader.callTool(balance)).structuredContent).toMatchObject({ customer: { balance: { remaining: '10' } } });
  const use = { name: 'track', arguments: { input: { customerId: 'ada', featureId: MESSAGES } } };
  await expect(reader.callTool(use)).rejects.toThrow('Tool track not found');

  const writer = await agent({ BRIM_SECRET_KEY: TEST_KEY, BRIM_MCP_ALLOW: ' track, placeHold' }, 'legacy');
  expect((await writer.callTool(use)).structuredContent).toMatchObject({ track: { balance: { remaining: '9' } } });
  expect((await balanceOf(shop, 'ada')).remaining).toBe('9');
});

it('never says its key, and refuses with a code what the key may not do', OPTIONS, async () => {
  const key = 'brim_sk_of_nobody_0123456789';
  const answer = await (await agent({ BRIM_SECRET_KEY: key })).callTool({ name: 'plans' });
  expect(answer).toMatchObject({ isError: true, structuredContent: { code: 'UNAUTHENTICATED' } });
  expect(JSON.stringify(answer) + said.join('')).not.toContain(key);
});

it.each([
  [{}, 'BRIM_URL must be the address of Brim'],
  [{ BRIM_URL: 'http://127.0.0.1:4000' }, 'BRIM_SECRET_KEY must be a secret key or a customer token'],
  [{ BRIM_URL: 'http://127.0.0.1:4000', BRIM_SECRET_KEY: 'a', BRIM_MCP_ALLOW: 'trak' }, 'There is no mutation trak'],
])('with %j says what is wrong, and ends', OPTIONS, async (env, words) => {
  const child = spawn(process.execPath, PROGRAM, { cwd: ROOT, env, stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill());
  const [[code], out, error] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(error).toContain(`brim-mcp could not start. ${words}`);
});

it('ends when its host closes its input', OPTIONS, async () => {
  const env = { BRIM_URL: shop.url, BRIM_SECRET_KEY: TEST_KEY };
  const child = spawn(process.execPath, PROGRAM, { cwd: ROOT, env, stdio: ['pipe', 'ignore', 'inherit'] });
  onTestFinished(() => void child.kill());
  child.stdin.end();
  expect(await once(child, 'exit')).toEqual([0, null]);
});
