/** How the demo's page is served. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDemo } from '../../src/demo/server/demo.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';

describe('the page at /', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
  });
  afterAll(() => brim.close());

  it('comes with all that it loads, under a policy that lets it load and call nothing else', async () => {
    const response = await fetch(brim.url);
    const page = await response.text();
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain(`connect-src 'self' ws://${new URL(brim.url).host}`);
    expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
    expect(page).not.toMatch(/<script>|<style|style=|onclick=/);
    const loaded = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    expect(loaded.map((path) => path?.split('.').at(-1)).sort()).toEqual(['css', 'js']);
    for (const path of loaded) expect((await fetch(`${brim.url}${path}`)).status).toBe(200);
    expect((await fetch(`${brim.url}/demo/assets/..%2fmain.tsx`)).status).toBe(404);
  });

  it('is not there in production', async () => {
    const production = await openBrim({
      config: { environment: 'production', publicUrl: 'https://brim.example', stripe: STRIPE },
    });
    expect((await fetch(production.url)).status).toBe(404);
    expect((await fetch(`${production.url}/demo/session`, { method: 'POST' })).status).toBe(404);
    await production.close();
  });

  it('is made once for all who wait, says why it could not be, and is made anew then', async () => {
    let made = 0;
    let problem: Error | undefined = new Error('main.tsx:3: Unexpected token');
    const pageFiles = async () => {
      made += 1;
      if (problem) throw problem;
      return new Map([['index.html', { body: 'the page', type: 'text/html' }]]);
    };
    const [page] = openDemo({ ...brim.app.domain, pageFiles });
    const open = async () => page?.handle(new Request(brim.url));
    const [first, second] = await Promise.all([open(), open()]);
    expect([first?.status, second?.status, made]).toEqual([500, 500, 1]);
    expect(await first?.text()).toContain('main.tsx:3: Unexpected token');
    problem = undefined;
    expect(await (await open())?.text()).toBe('the page');
    expect(made).toBe(2);
  });
});

const STRIPE = { secretKey: 'sk_test_0123456789', webhookSecret: 'whsec_0123456789' };
