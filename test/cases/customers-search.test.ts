import { afterAll, beforeAll, expect, it } from 'vitest';
import { openBrim, type TestBrim } from '../support/brim.ts';

const PEOPLE = [
  { id: 'a_b', name: '100% Élodie', email: 'a.b@example.com' },
  { id: 'axb', name: '1000 Elodie', email: 'axb@example.com' },
  { id: 'c\\d', name: 'Straße (1)', email: 'c+d@example.com' },
  { id: 'ПЁТР', name: 'Ἄννα [x] .* |', email: '***:c@example.com' },
] as const;

let brim: TestBrim;
beforeAll(async () => {
  brim = await openBrim();
  for (const person of PEOPLE) {
    await brim.data(
      'mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { __typename ... on Error { message } } }',
      {
        input: person,
      },
    );
  }
});
afterAll(() => brim.close());

async function search(words: string): Promise<readonly string[]> {
  const { customers } = await brim.data('query ($words: String) { customers(search: $words) { nodes { id } } }', { words });
  return customers.nodes.map(({ id }: { id: string }) => id).sort();
}

it.each<[words: string, found: readonly string[]]>([
  ['a_b', ['a_b']],
  ['100%', ['a_b']],
  ['%', ['a_b']],
  ['_', ['a_b']],
  ['\\', ['c\\d']],
  ['C\\D', ['c\\d']],
  ['.', ['a_b', 'axb', 'c\\d', 'ПЁТР']],
  ['.b@', ['a_b']],
  ['A.B@EXAMPLE', ['a_b']],
  ['c+d', ['c\\d']],
  ['(1)', ['c\\d']],
  ['(?i)', []],
  ['[X]', ['ПЁТР']],
  ['.* |', ['ПЁТР']],
  ['***:', ['ПЁТР']],
  ['^a', []],
  ['élodie', ['a_b']],
  ['ÉLODIE', ['a_b']],
  ['elodie', ['axb']],
  ['STRASSE', []],
  ['straße', ['c\\d']],
  ['пётр', ['ПЁТР']],
  ['ἄΝΝΑ', ['ПЁТР']],
  ["'; --", []],
])('customers(search: %j) finds text, in capitals or small letters: %j', async (words, found) => {
  expect(await search(words)).toEqual([...found].sort());
});

it('goes on from page to page', async () => {
  const page = async (after: string | null) => {
    const { customers } = await brim.data(
      'query ($after: String) { customers(first: 1, after: $after, search: "a") { nodes { id } pageInfo { endCursor hasNextPage } } }',
      { after },
    );
    return customers;
  };
  const found: string[] = [];
  let after: string | null = null;
  for (let turn = 0; turn < 4; turn += 1) {
    const { nodes, pageInfo } = await page(after);
    found.push(...nodes.map(({ id }: { id: string }) => id));
    after = pageInfo.endCursor;
    expect(pageInfo.hasNextPage).toBe(turn < 3);
  }
  expect(found).toEqual(PEOPLE.map(({ id }) => id).toReversed());
});
