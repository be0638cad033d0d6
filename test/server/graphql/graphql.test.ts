import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/server/limits/limits.ts';
import { BEARER, describeOnEachWire, KEY, openTestServer, wire } from '../fixture.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

describeOnEachWire('credentials over HTTP', () => {
  it('answers with the actor that the header names', async () => {
    const server = await openTestServer();
    expect((await server.query('{ whoami }')).body).toMatchObject({ data: { whoami: 'app' } });
    const token = await server.tokenFor('ada', 5_000);
    expect((await server.query('{ whoami }', { headers: { authorization: `Bearer ${token}` } })).body).toMatchObject({
      data: { whoami: 'ada' },
    });
  });

  it.each([
    ['none', ''],
    ['a wrong key', 'Bearer brim_sk_of_somebody_else_entirely'],
    ['another scheme', `Basic ${KEY}`],
    ['a forged token', 'Bearer a.b.c'],
  ])('refuses %s with 401 and UNAUTHENTICATED, before the document is looked at', async (_name, authorization) => {
    const server = await openTestServer();
    for (const query of ['{ hello }', '{ noSuchField }', '{ syntax error']) {
      const { status, body, headers } = await server.query(query, { headers: { authorization } });
      expect(status).toBe(401);
      expect(body.errors).toHaveLength(1);
      expect(body.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
      expect(headers.get('www-authenticate')).toBe('Bearer');
    }
  });

  it('says of an expired token that it has expired', async () => {
    const server = await openTestServer();
    const token = await server.tokenFor('ada', -1);
    const { status, body } = await server.query('{ hello }', { headers: { authorization: `Bearer ${token}` } });
    expect(status).toBe(401);
    expect(body.errors?.[0]?.message).toContain('has expired');
  });

  it('never reads credentials from a URL', async () => {
    const { url } = await openTestServer();
    const response = await fetch(`${url}/graphql?query={hello}&authorization=Bearer%20${KEY}&access_token=${KEY}`);
    expect(response.status).toBe(401);
  });

  it('answers GET requests with the header', async () => {
    const { url } = await openTestServer();
    const response = await fetch(`${url}/graphql?query={hello}`, { headers: BEARER });
    expect(await response.json()).toMatchObject({ data: { hello: 'hello' } });
  });
});

describeOnEachWire('errors over HTTP', () => {
  it('masks an unexpected error, and logs it under the request id that the client sees', async () => {
    const server = await openTestServer();
    const { status, headers, body } = await server.query('{ hello surprise }');
    const requestId = headers.get('x-request-id');
    expect(status).toBe(200);
    expect(body.data).toEqual({ hello: 'hello', surprise: null });
    expect(body.errors).toEqual([
      {
        message: 'Unexpected error.',
        path: ['surprise'],
        locations: [{ line: 1, column: 9 }],
        extensions: { code: 'INTERNAL', requestId },
      },
    ]);
    expect(server.errors).toHaveBeenCalledTimes(1);
    expect(server.errors.mock.calls[0]?.[0]).toMatchObject({ requestId, err: new Error('the database password is hunter2') });
  });

  it("treats a resolver's invalid result as an unexpected error", async () => {
    const server = await openTestServer();
    const { body } = await server.query('{ double(value: 2147483647) }');
    expect(body.errors).toMatchObject([{ message: 'Unexpected error.', path: ['double'], extensions: { code: 'INTERNAL' } }]);
    expect(server.errors).toHaveBeenCalledTimes(1);
  });

  it('gives resolvers the same request id, and each request its own', async () => {
    const server = await openTestServer();
    const first = await server.query('{ requestId }');
    const second = await server.query('{ requestId }');
    expect(first.body.data?.['requestId']).toBe(first.headers.get('x-request-id'));
    expect(second.body.data?.['requestId']).not.toBe(first.body.data?.['requestId']);
  });

  it('shows the message and code of a domain error, and that it may be retried', async () => {
    const server = await openTestServer();
    const { body } = await server.query('{ forbidden overloaded graphqlError }');
    expect(body.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'FORBIDDEN' },
      { code: 'OVERLOADED', retryable: true },
      { code: 'MINE' },
    ]);
    expect(server.errors).not.toHaveBeenCalled();
  });

  it('answers 500 where the context cannot be made, and hides the reason', async () => {
    const server = await openTestServer({
      contextFor: () => {
        throw new Error('the database password is hunter2');
      },
    });
    const { status, body, headers } = await server.query('{ hello }');
    expect(status).toBe(500);
    expect(body).toEqual({
      errors: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL', requestId: headers.get('x-request-id') } }],
    });
    expect(server.errors).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['not JSON', '{"query": "{ hello'],
    ['no object', '17'],
    ['no query', '{}'],
    ['no string for a query', '{"query": 1}'],
    ['a batch', '[{"query":"{hello}"}]'],
    ['an unknown field', '{"query":"{ noSuchField }"}'],
    ['a syntax error', '{"query":"{ hello"}'],
  ])('answers a body that is %s with a GraphQL error', async (_name, body) => {
    const { url } = await openTestServer();
    const accept = 'application/graphql-response+json';
    const response = await fetch(`${url}${wire.path}`, { method: 'POST', headers: { ...JSON_TYPE, ...BEARER, accept }, body });
    expect(response.status).toBe(400);
    const answer = await response.json();
    expect(answer.data).toBeUndefined();
    expect(answer.errors[0].message).toEqual(expect.any(String));
  });
});

describeOnEachWire('the size of a body', () => {
  const tooLarge = {
    errors: [
      {
        message: 'A request may have 1048576 bytes. Send less, or in several requests.',
        extensions: { code: 'PAYLOAD_TOO_LARGE' },
      },
    ],
  };

  it('refuses two megabytes of query with 413', async () => {
    const server = await openTestServer();
    const { status, body } = await server.query(`{ hello } #${'x'.repeat(2_000_000)}`);
    expect(status).toBe(413);
    expect(body).toEqual(tooLarge);
  });

  it('refuses two megabytes without a declared length', async () => {
    const { url } = await openTestServer();
    const text = JSON.stringify({ query: '{ hello }', variables: { padding: 'x'.repeat(2_000_000) } });
    const response = await fetch(`${url}${wire.path}`, chunked(text));
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual(tooLarge);
  });

  it('accepts a chunked body within the limit', async () => {
    const { url } = await openTestServer();
    const response = await fetch(`${url}${wire.path}`, chunked(JSON.stringify({ query: '{ hello }' })));
    expect(await response.json()).toMatchObject({ data: { hello: 'hello' } });
  });

  it('accepts variables of almost a megabyte', async () => {
    const server = await openTestServer();
    const { body } = await server.query('query ($value: Int!) { double(value: $value) }', {
      variables: { value: 2, padding: 'x'.repeat(1_000_000) },
    });
    expect(body).toMatchObject({ data: { double: 4 } });
  });

  it('is not waited for where its caller leaves within it, and nothing is logged', async () => {
    const server = await openTestServer();
    const { host, port } = new URL(server.url);
    for (const length of ['content-length: 100', 'transfer-encoding: chunked']) {
      const head = [
        `POST ${wire.path} HTTP/1.1`,
        `host: ${host}`,
        `authorization: Bearer ${KEY}`,
        'content-type: application/json',
      ];
      const socket = connect(Number(port), '127.0.0.1');
      socket.write([...head, length, 'expect: 100-continue', '', ''].join('\r\n'));
      expect(String((await once(socket, 'data'))[0])).toContain('100 Continue');
      socket.write(length.startsWith('transfer') ? '9\r\n{"query":' : '{"query":');
      socket.destroy();
      await once(socket, 'close');
    }
    expect((await server.query('{ hello }')).status).toBe(200);
    await server.close();
    expect(server.errors).not.toHaveBeenCalled();
  });

  function chunked(text: string): RequestInit & { duplex: 'half' } {
    return { method: 'POST', headers: { ...JSON_TYPE, ...BEARER }, body: new Blob([text]).stream(), duplex: 'half' };
  }
});

describeOnEachWire('pages of other origins', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it.each([
    ['a form', { ...form }],
    ['a text form', { 'content-type': 'text/plain' }],
    ['a multipart form', { 'content-type': 'multipart/form-data; boundary=x' }],
  ])('cannot run a mutation with %s', async (_name, headers) => {
    const { url } = await openTestServer();
    const response = await fetch(`${url}${wire.path}`, { method: 'POST', headers, body: 'query=mutation{track}' });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('"data"');
  });

  it('cannot upload files even with a key', async () => {
    const { url } = await openTestServer();
    const body = new FormData();
    body.set('operations', '{"query":"mutation{track}"}');
    body.set('map', '{}');
    const response = await fetch(`${url}${wire.path}`, { method: 'POST', headers: BEARER, body });
    expect(response.status).toBe(415);
  });

  it('cannot run a mutation with GET', async () => {
    const { url } = await openTestServer();
    const response = await fetch(`${url}/graphql?query=mutation{track}`, { headers: BEARER });
    expect(response.status).toBe(405);
  });

  it('get CORS headers only if they are allowed, and never credentials', async () => {
    const { url } = await openTestServer({ corsOrigins: ['https://app.example.com', 'http://localhost:*'] });
    const ask = async (origin: string, method: string) => {
      const response = await fetch(`${url}${wire.path}`, {
        method,
        headers: { ...BEARER, ...JSON_TYPE, origin },
        ...(method === 'POST' ? { body: '{"query":"{hello}"}' } : {}),
      });
      await response.arrayBuffer();
      return response;
    };
    for (const method of ['OPTIONS', 'POST']) {
      for (const origin of ['https://app.example.com', 'http://localhost:5173']) {
        const { headers, status } = await ask(origin, method);
        expect(status).toBe(method === 'OPTIONS' ? 204 : 200);
        expect(headers.get('access-control-allow-origin')).toBe(origin);
        expect(headers.get('access-control-allow-credentials')).toBeNull();
        expect(headers.get('vary')).toContain('Origin');
        expect(headers.get('access-control-expose-headers')?.split(', ')).toEqual(
          expect.arrayContaining([
            'retry-after',
            'x-request-id',
            ...['limit', 'remaining', 'used', 'reset'].map((name) => `x-ratelimit-${name}`),
          ]),
        );
      }
      for (const origin of [
        'https://evil.example',
        'https://app.example.com.evil.example',
        'http://localhost.evil.example:5173',
        'https://localhost:5173',
        'null',
      ]) {
        expect((await ask(origin, method)).headers.get('access-control-allow-origin')).toBeNull();
      }
    }
    const preflight = await ask('https://app.example.com', 'OPTIONS');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization');
  });
});

describe('a request that cannot be read', () => {
  it('is answered although its URL is invalid', async () => {
    const { url } = await openTestServer();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('GET //[/graphql HTTP/1.1\r\nhost: [\r\nconnection: close\r\n\r\n');
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toMatch(/^HTTP\/1.1 404/);
    socket.destroy();
  });

  it('has the limits of limits.ts', () => {
    expect(LIMITS.bodyMaxBytes).toBe(1_048_576);
    expect(LIMITS.socketMessageMaxBytes).toBe(65_536);
  });
});
