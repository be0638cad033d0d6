import { expect, it } from 'vitest';
import { BEARER, openTestServer, WIRES } from '../fixture.ts';

const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
const REFUSED = { errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }] };

it.each([{ method: 'GET', path: '/graphql' }, ...WIRES.map(({ path }) => ({ method: 'POST', path }))])(
  'a hash without its document is refused over $method $path as clients expect it; with it, it is answered',
  async ({ method, path }) => {
    const { url } = await openTestServer();
    const ask = async (content: Record<string, string>) => {
      const search = new URLSearchParams({ ...content, extensions: JSON.stringify(extensions) });
      const response =
        method === 'GET'
          ? await fetch(`${url}/graphql?${search}`, { headers: BEARER })
          : await fetch(`${url}${path}`, {
              method,
              headers: { ...BEARER, 'content-type': 'application/json' },
              body: JSON.stringify({ ...content, extensions }),
            });
      return { status: response.status, body: await response.json() };
    };
    expect(await ask({ operationName: 'Hello' })).toEqual({ status: 200, body: REFUSED });
    expect(await ask({ query: '{ hello }' })).toMatchObject({ status: 200, body: { data: { hello: 'hello' } } });
  },
);
