import { serverAudits } from 'graphql-http';
import { expect, it } from 'vitest';
import { openBrim } from '../../support/brim.ts';
import { BEARER, describeOnEachWire, openTestServer, wire } from '../fixture.ts';

describeOnEachWire('GraphQL over HTTP', () => {
  const audits = serverAudits({ url: '', fetchFn: fetch });

  it('has 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  async function failuresOf(url: string): Promise<readonly string[]> {
    const fetchFn = (input: string, init: RequestInit = {}) => fetch(input, { ...init, headers: { ...init.headers, ...BEARER } });
    const failures: string[] = [];
    for (const audit of serverAudits({ url: `${url}${wire.path}`, fetchFn })) {
      const result = await audit.fn();
      if (result.status !== 'ok') failures.push(`${result.status} ${audit.name}: ${result.reason}`);
    }
    return failures;
  }

  it('passes every audit, with a key', async () => {
    const { url } = await openTestServer();
    expect(await failuresOf(url)).toEqual([]);
  });

  it('passes 57 of them in production; the other four need introspection, which is on where GraphiQL is', async () => {
    const stripe = { secretKey: 'sk_test_none', webhookSecret: 'whsec_none', apiUrl: 'http://127.0.0.1:9' };
    const config = { environment: 'production', publicUrl: 'https://brim.example', stripe } as const;
    const closed = await openBrim({ config: { ...config, graphiql: false } });
    const failures = await failuresOf(closed.url).finally(closed.close);
    expect(failures).toHaveLength(4);
    for (const failure of failures) expect(failure).toContain('{variables} parameter');
    const open = await openBrim({ config: { ...config, graphiql: true } });
    expect(await failuresOf(open.url).finally(open.close)).toEqual([]);
  });
});
