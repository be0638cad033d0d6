import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { describeOnEachWire, openTestServer } from '../fixture.ts';

const nest = (depth: number): string => (depth === 1 ? 'id' : `child { ${nest(depth - 1)} }`);

describeOnEachWire('document limits', () => {
  it.each([
    ['too deep', `{ nested { ${nest(12)} } }`, 'depth limit of 12'],
    ['too many aliases', `{ ${Array.from({ length: 51 }, (_, index) => `a${index}: hello`).join(' ')} }`, 'Aliases limit of 50'],
    [
      'too many aliases of its own type',
      `{ ${Array.from({ length: 51 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
      'limit of 50',
    ],
    ['one field too often', `{ ${'hello '.repeat(51)} }`, '"hello" may stand 50 times in one place'],
    ['one fragment too often', `{ ${'...A '.repeat(51)} } fragment A on Query { hello }`, '"A" may stand 50 times'],
    ['too many directives', `{ ${'hello @skip(if: false) '.repeat(51)} }`, 'Directives limit of 50'],
    ['too costly', '{ items(first: 400) { nodes { items(first: 400) { nodes { id } } } } }', '100000 is the most'],
    ['too long', `{ hello } #${'x'.repeat(65_536)}`, '65536 characters'],
  ])('refuse a document that is %s', async (_name, query, message) => {
    const server = await openTestServer();
    const { status, body } = await server.query(query, { headers: { accept: 'application/graphql-response+json' } });
    expect(body.errors?.[0]?.message).toContain(message);
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
    expect(body.data).toBeUndefined();
    expect(status).toBe(400);
  });

  it('report several errors with the same message once', async () => {
    const server = await openTestServer();
    const { body } = await server.query(`{ hello ${'@aa'.repeat(10)} @bb }`);
    expect(body.errors?.map(({ message }) => message)).toEqual(['Unknown directive "@aa".', 'Unknown directive "@bb".']);
  });

  it('refuse a document with too many tokens, quickly', async () => {
    const server = await openTestServer();
    const { body } = await server.query(`{ ${'hello '.repeat(2_001)} }`);
    expect(body.errors?.[0]?.message).toContain('may have 2000 tokens');
    expect(body.errors?.[0]?.extensions).toEqual({ code: 'QUERY_TOO_COMPLEX' });
  });

  it('count what variables and defaults ask for', async () => {
    const server = await openTestServer();
    const query = 'query ($first: Int = 400) { items(first: $first) { nodes { items(first: $first) { nodes { id } } } } }';
    for (const variables of [{}, { first: 500 }]) {
      const { body } = await server.query(query, { variables });
      expect(body.errors?.[0]?.extensions?.['code']).toBe('QUERY_TOO_COMPLEX');
    }
    expect((await server.query(query, { variables: { first: 3 } })).body.errors).toBeUndefined();
  });

  it('apply over a socket too', async () => {
    const server = await openTestServer();
    const client = server.connect();
    const results = client.iterate({ query: '{ items(first: 400) { nodes { items(first: 400) { nodes { id } } } } }' });
    const { value } = await results.next();
    expect(value?.errors?.[0]).toMatchObject({ extensions: { code: 'QUERY_TOO_COMPLEX' } });
  });

  it('allow 15 aliased mutations', async () => {
    const server = await openTestServer();
    const { body } = await server.query(
      `mutation { ${Array.from({ length: 15 }, (_, index) => `a${index}: track(value: ${index})`).join(' ')} }`,
    );
    expect(Object.keys(body.data ?? {})).toHaveLength(15);
  });
});

describe('introspection', () => {
  it('is answered where GraphiQL is on', async () => {
    const server = await openTestServer();
    for (const options of [
      {},
      {
        descriptions: true,
        inputValueDeprecation: true,
        schemaDescription: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
      },
    ]) {
      expect((await server.query(getIntrospectionQuery(options))).body.errors).toBeUndefined();
    }
    expect((await server.query('{ helo }')).body.errors?.[0]?.message).toContain('Did you mean "hello"');
  });

  it('is refused where GraphiQL is off, over HTTP and over a socket, and errors suggest no names', async () => {
    const server = await openTestServer({ graphiql: false });
    for (const query of [getIntrospectionQuery(), '{ __type(name: "Item") { name } }']) {
      expect((await server.query(query)).body.errors?.[0]?.message).toContain('introspection');
      await expect(server.connect().iterate({ query }).next()).rejects.toContainEqual(
        expect.objectContaining({ message: expect.stringContaining('introspection') }),
      );
    }
    expect((await server.query('{ helo }')).body.errors?.[0]?.message).toBe('Cannot query field "helo" on type "Query".');
    expect((await server.query('{ __typename }')).body.data).toEqual({ __typename: 'Query' });
    const page = await fetch(`${server.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(page.status).not.toBe(200);
  });
});
