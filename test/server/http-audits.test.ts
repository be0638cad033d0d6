import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { BEARER, openEdge } from './edge.ts';

describe('GraphQL over HTTP', () => {
  const audits = serverAudits({ url: '', fetchFn: fetch });

  it('is held to 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  it('passes every audit, with a key', async () => {
    const { url } = await openEdge();
    const fetchFn = (input: string, init: RequestInit = {}) => fetch(input, { ...init, headers: { ...init.headers, ...BEARER } });
    const failures: string[] = [];
    for (const audit of serverAudits({ url: `${url}/graphql`, fetchFn })) {
      const result = await audit.fn();
      if (result.status !== 'ok') failures.push(`${result.status} ${audit.name}: ${result.reason}`);
    }
    expect(failures).toEqual([]);
  });
});
