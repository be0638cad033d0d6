/** How the console's page is served. What it shows is tested in a browser. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CustomersText, WhoAsksText } from '../../../packages/console/src/documents/generated/texts.ts';
import { openConsole } from '../../../src/server/http/console.ts';
import { findRoute } from '../../../src/server/http/routes.ts';
import { openBrim, TEST_KEY, type TestBrim } from '../../support/brim.ts';

const STRIPE = { secretKey: 'sk_test_0123456789', webhookSecret: 'whsec_0123456789' };
const PRODUCTION = { environment: 'production', publicUrl: 'https://brim.example', stripe: STRIPE } as const;

describe('the page at /console', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
  });
  afterAll(() => brim.close());

  it('comes with all that it loads, under a policy that lets it load and call nothing else, and makes no HTML of text', async () => {
    for (const path of ['/console', '/console/']) {
      const response = await fetch(`${brim.url}${path}`);
      const page = await response.text();
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const policy = response.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'");
      expect(page).not.toMatch(/https?:\/\/(?!www\.w3\.org)/);
      expect(page).not.toMatch(/<script>|<style|style=|onclick=/);
      expect(page).not.toContain(TEST_KEY);
      const loaded = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file]) => file);
      expect(loaded.map((file) => file?.split('.').at(-1)).sort()).toEqual(['css', 'js']);
      for (const file of loaded) expect((await fetch(`${brim.url}${file}`)).status).toBe(200);
    }
    expect((await fetch(`${brim.url}/console/assets/..%2findex.html`)).status).toBe(404);
    expect((await fetch(`${brim.url}/console/other`)).status).toBe(404);
  });

  it('is in production only where the configuration asks for it, and holds no key there', async () => {
    const without = await openBrim({ config: { ...PRODUCTION, console: false } });
    expect((await fetch(`${without.url}/console`)).status).toBe(404);
    await without.close();
    const withIt = await openBrim({ config: PRODUCTION });
    const page = await (await fetch(`${withIt.url}/console`)).text();
    expect(page).toContain('<title>Brim console</title>');
    expect(page).not.toContain('brim_sk_');
    await withIt.close();
  });

  it('may ask all that it asks where everybody is bound to trusted documents', async () => {
    const bound = await openBrim({ config: { trustedDocuments: { files: [], only: 'everybody' } } });
    expect((await bound.query(WhoAsksText)).data).toEqual({ viewer: null });
    expect((await bound.query(CustomersText)).data.customers.nodes).toEqual([]);
    const { errors } = await bound.query('{ features { id } }');
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'DOCUMENT_NOT_TRUSTED' });
    await bound.close();
  });

  it('holds a development key for who opens it, and for no script of another page', async () => {
    const routes = openConsole({
      developmentKey: 'brim_sk_dev_"<&',
      pageFiles: async () => new Map([['index.html', { body: '<head></head>', type: 'text/html' }]]),
    });
    const found = findRoute(routes, 'GET', '/console');
    const ask = async (headers: Record<string, string>) => {
      if (found.kind !== 'found') throw new Error('There is no route.');
      return (await found.route.handle(new Request('http://127.0.0.1/console', { headers }), {})).text();
    };
    const tag = '<meta name="brim-development-key" content="brim_sk_dev_&quot;<&amp;">';
    expect(await ask({})).toContain(tag);
    expect(await ask({ 'sec-fetch-dest': 'document' })).toContain(tag);
    for (const dest of ['empty', 'iframe', 'script']) expect(await ask({ 'sec-fetch-dest': dest })).toBe('<head></head>');
  });
});
