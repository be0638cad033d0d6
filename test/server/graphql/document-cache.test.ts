import { setImmediate as turn } from 'node:timers/promises';
import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { openDocumentCache } from '../../../src/server/graphql/document-cache.ts';

/** A document of 101 tokens and a few characters, which count as one more. */
const text = (name: string) => `{ ${'id '.repeat(97)}${name} }`;

function openKnown(maxTokens: number) {
  const documents = openDocumentCache(maxTokens);
  const learn = (...names: string[]) => {
    for (const name of names) documents.set(text(name), parse(text(name)));
  };
  const known = (...names: string[]) => names.filter((name) => documents.get(text(name)) !== undefined);
  return { documents, learn, known };
}

it('keeps documents up to a number of tokens in total, and drops the least recently used first', () => {
  const { learn, known } = openKnown(310);
  learn('a', 'b', 'c');
  expect(known('b', 'c', 'a')).toEqual(['b', 'c', 'a']);
  learn('d');
  expect(known('a', 'b', 'c', 'd')).toEqual(['a', 'c', 'd']);
  learn('d', 'd', 'd');
  expect(known('a', 'c', 'd')).toEqual(['a', 'c', 'd']);
});

it('does not keep a document above the whole limit, and counts long comments', () => {
  const { documents, known, learn } = openKnown(150);
  learn('a');
  const long = `# ${'x'.repeat(60_000)}\n{ id }`;
  documents.set(long, parse(long));
  expect([documents.get(long), known('a')]).toEqual([undefined, ['a']]);
});

it('parses one large document in a turn; known and small documents go at once', async () => {
  const { documents, learn } = openKnown(10_000);
  const large = ['a', 'b', 'c'].map((name) => `${text(name)} # ${'x'.repeat(3_000)}`);
  const order: string[] = [];
  const [first, ...others] = large.map((each, index) => documents.turnFor(each)?.then(() => order.push(`${index}`)));
  expect(first).toBeUndefined();
  learn('known');
  expect(documents.turnFor(text('known'))).toBeUndefined();
  await turn();
  expect(order).toEqual(['1']);
  await Promise.all(others);
  expect(order).toEqual(['1', '2']);
  await turn();
  await turn();
  expect(documents.turnFor('{ id }')).toBeUndefined();
});

it('starts a few operations of one customer in a turn, and those of another between them', async () => {
  const { documents, learn } = openKnown(10_000);
  learn('a');
  let begun = 0;
  const flood = Array.from({ length: 200 }, () => documents.turnFor(text('a'), 'ada')?.then(() => (begun += 1)));
  expect(flood.filter((each) => each === undefined)).toHaveLength(20);
  const other = documents.turnFor(text('a'), 'bob')?.then(() => begun);
  expect(await other).toBeLessThanOrEqual(20);
  await Promise.all(flood);
  expect(begun).toBe(180);
});
