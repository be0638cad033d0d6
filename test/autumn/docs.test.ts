import { readFileSync } from 'node:fs';
import { Autumn } from 'autumn-js';
import { autumnHandler } from 'autumn-js/fetch';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { postRaw } from '../support/autumn.ts';
import { TEST_KEY, type TestBrim } from '../support/brim.ts';
import { balanceOf, openShop } from '../support/shop.ts';

const PAGE = readFileSync(new URL('../../docs/from-autumn-js.md', import.meta.url), 'utf8');

/**
 * The blocks in their order, as one program: what is imported is given, and what is exported is its
 * result.
 */
const PROGRAM = [...PAGE.matchAll(/```ts\n([\s\S]*?)```/g)]
  .map(([, code = '']) => code.replaceAll(/^import .*$/gm, '').replaceAll(/^export /gm, ''))
  .join('\n');

const VERBS = [...PAGE.matchAll(/^\| `([a-z]+\.[a-z_]+)`/gm)].map(([, verb = '']) => verb);

const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;

describe('docs/from-autumn-js.md', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openShop();
  });
  afterAll(() => brim.close());

  it('shows code that runs as it stands', async () => {
    const run = new AsyncFunction('Autumn', 'autumnHandler', 'process', `${PROGRAM}\nreturn { allowed, POST };`);
    const env = { BRIM_SECRET_KEY: TEST_KEY, BRIM_URL: brim.url };
    const { allowed, POST } = await run(Autumn, autumnHandler, { env });
    expect(allowed).toBe(true);
    expect(await balanceOf(brim, 'user_123')).toMatchObject({ remaining: '3.5', held: '0' });

    // The handler prints each address that it is asked for.
    const printed = vi.spyOn(console, 'log').mockReturnValue();
    const url = 'http://app.example/api/autumn/getOrCreateCustomer';
    const response = await POST(
      new Request(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
    );
    printed.mockRestore();
    expect(await response.json()).toMatchObject({ id: 'user_123', balances: { premium_messages: { remaining: 3.5 } } });
  });

  it('names the verbs that there are', async () => {
    expect(new Set(VERBS).size).toBe(25);
    for (const verb of VERBS) {
      const response = await postRaw(brim, verb, '7');
      expect([verb, (await response.json()).code]).toEqual([verb, 'invalid_input']);
    }
  });
});
