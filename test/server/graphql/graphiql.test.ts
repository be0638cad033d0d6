import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readTabs } from '../../../src/server/graphql/graphiql.ts';
import { KEY, openTestServer } from '../fixture.ts';

const ACCEPT = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const SCHEMA = new URL('../../../schema/schema.graphql', import.meta.url);

describe('GraphiQL', () => {
  it('is a page without credentials, titled Brim, with the key and the tabs filled in', async () => {
    const { url } = await openTestServer();
    const response = await fetch(`${url}/graphql`, { headers: ACCEPT });
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(page).toContain('<title>Brim</title>');
    const options: unknown = JSON.parse(/querySelector\('#root'\),\s*(\{.*\}),\s*\);/.exec(page)?.[1] ?? '{}');
    const headers = JSON.stringify({ authorization: `Bearer ${KEY}` }, null, 2);
    const tabs = await readTabs();
    expect(options).toMatchObject({
      endpoint: '/graphql',
      subscriptionsProtocol: 'SSE',
      headers,
      defaultTabs: tabs.map((tab) => ({ ...tab, headers })),
    });
  });

  it('loads nothing from the network, and its content policy forbids it', async () => {
    const { url } = await openTestServer();
    const response = await fetch(`${url}/graphql`, { headers: ACCEPT });
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).not.toMatch(/https?:|\*/);
    const page = await response.text();
    const [head = ''] = page.split('<script>');
    expect(page).not.toMatch(/<script[^>]+src=["']?(https?:)?\/\//);
    expect(head.match(/<link[^>]*>/g)?.every((link) => link.includes('href="data:'))).toBe(true);
    expect(head).not.toMatch(/url\(["']?(https?:)?\/\//);
    expect(head).not.toMatch(/@import/);
  });

  it('shows no key where none is given', async () => {
    const { url } = await openTestServer({ developmentKey: undefined });
    const page = await (await fetch(`${url}/graphql`, { headers: ACCEPT })).text();
    expect(page).not.toContain('brim_sk_');
  });

  it('does not exist where it is switched off', async () => {
    const { url } = await openTestServer({ graphiql: false });
    const response = await fetch(`${url}/graphql`, { headers: ACCEPT });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('<html');
  });

  it('has six tabs, in the order of the flow, with variables that are JSON', async () => {
    const tabs = await readTabs();
    expect(tabs.map(({ query }) => /^(?:mutation|query|subscription) (\w+)/m.exec(query)?.[1])).toEqual([
      'CreateCatalogue',
      'CreateCustomer',
      'CheckMessages',
      'AttachTopUp',
      'LiveBalance',
      'ExplainCustomer',
    ]);
    for (const { variables } of tabs) if (variables) expect(() => JSON.parse(variables)).not.toThrow();
  });

  it.skipIf(!existsSync(SCHEMA))('has valid tabs', async () => {
    const schema = buildSchema(await readFile(SCHEMA, 'utf8'));
    for (const { query } of await readTabs()) expect(validate(schema, parse(query))).toEqual([]);
  });
});
