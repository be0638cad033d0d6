import { readdirSync, readFileSync } from 'node:fs';
import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';
import { declareScopes, ROOT_SCOPES } from '../../schema/key-scopes.ts';
import { KEY_SCOPES } from '../../src/values/key-scope.ts';

it('every query, mutation and subscription has a scope, and every scope is needed somewhere', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  for (const root of roots) {
    const names = Object.keys(root?.getFields() ?? {});
    expect(names.length).toBeGreaterThan(3);
    const declared = Object.entries(ROOT_SCOPES).find(([name]) => name === root?.name)?.[1];
    expect(names.filter((name) => !declared?.[name]?.length)).toEqual([]);
  }
  const needed = new Set(Object.values(ROOT_SCOPES).flatMap((fields) => Object.values(fields).flat()));
  expect([...needed].sort()).toEqual([...KEY_SCOPES].sort());
});

it('a schema with a field that has none cannot be made', () => {
  const query = new GraphQLObjectType({ name: 'Query', fields: { unheardOf: { type: GraphQLString } } });
  expect(() => declareScopes(new GraphQLSchema({ query }))).toThrow('Query.unheardOf must have a scope');
});

it('whoever finds the caller of a route compares its scopes', () => {
  const folder = new URL('../../src/', import.meta.url);
  const finders = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\baccess\.authenticate\(|await authenticate\(/.test(file.endsWith('.ts') ? readFileSync(new URL(file, folder), 'utf8') : ''),
  );
  /** Their operations are compared as a whole, by `refuseScopes`. */
  const OF_GRAPHQL = ['server/graphql/caller.ts', 'server/sockets/socket-authentication.ts'];
  const others = finders.filter((file) => !OF_GRAPHQL.includes(file));
  expect(others.length).toBeGreaterThan(1);
  expect(others.filter((file) => !readFileSync(new URL(file, folder), 'utf8').includes('needScope('))).toEqual([]);
});
