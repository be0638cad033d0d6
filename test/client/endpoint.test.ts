import { expect, it } from 'vitest';
import { endpointOf } from '../../packages/client/src/endpoint.ts';

it.each([
  ['https://brim.example', 'https://brim.example/graphql'],
  ['https://brim.example/', 'https://brim.example/graphql'],
  ['https://brim.example/graphql', 'https://brim.example/graphql'],
  ['https://brim.example/graphql//', 'https://brim.example/graphql'],
  ['https://brim.example/behind/a/path/', 'https://brim.example/behind/a/path/graphql'],
  ['https://graphql', 'https://graphql/graphql'],
])('of %s GraphQL is at %s', (url, endpoint) => {
  expect(endpointOf(url)).toBe(endpoint);
});
