import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCustomer, track } from '../support/shop.ts';
import { type Fixture, openFixture } from './fixture.ts';

const cursor = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

/** Cursors that no page has returned. */
const GARBAGE: [name: string, cursor: string][] = [
  ['empty', ''],
  ['a word', 'garbage'],
  ['no base64', '%%%'],
  ['JSON, but no list', Buffer.from('{"id":1}').toString('base64url')],
  ['a list of nothing', cursor()],
  ['of numbers', cursor(1, 2)],
  ['of too many parts', cursor('1', '2', '3')],
  ['of no instant', cursor('tomorrow', 'payer')],
  ['of an instant before any year', cursor('-271821-04-20T00:00:00.000Z', 'payer')],
  ['of an instant after all years', cursor('+275760-09-13T00:00:00.000Z', 'payer')],
  ['with NUL', cursor('2026-01-01T00:00:00.000Z', 'a\u0000')],
  ['of a number beyond all numbers', cursor('9'.repeat(40))],
  ['of a number below zero', cursor('-1')],
  ['very long', 'A'.repeat(50_000)],
];

/** Every paginated list, with its arguments. */
const LISTS: [name: string, list: (args: string) => string][] = [
  ['customers', (args) => `customers(${args}) { nodes { id } }`],
  ['holds', (args) => `customer(id: "payer") { holds(${args}) { nodes { id } } }`],
  ['purchases', (args) => `customer(id: "payer") { purchases(${args}) { nodes { id } } }`],
  ['ledger', (args) => `customer(id: "payer") { ledger(${args}) { nodes { id } } }`],
  [
    'ledger of a balance',
    (args) => `customer(id: "payer") { balance(featureId: "premium_messages") { ledger(${args}) { nodes { id } } } }`,
  ],
];

describe('an invalid page', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await openFixture();
    for (const id of ['second', 'third']) await createCustomer(fixture.brim, id);
    for (let count = 0; count < 2; count += 1) await track(fixture.brim, { customerId: 'payer' });
  });
  afterAll(() => fixture.close());

  it.each(LISTS)('of %s: the first or the last none, fewer than none, or more than 100', async (_name, list) => {
    for (const argument of ['first', 'last']) {
      const document = `query ($size: Int) { ${list(`${argument}: $size`)} }`;
      for (const size of [0, -1, 101]) {
        const { errors } = await fixture.withoutWriting(() => fixture.brim.query(document, { size }));
        expect(errors).toMatchObject([{ message: `${argument}: must be 1 to 100`, extensions: { code: 'INVALID_INPUT' } }]);
      }
    }
  });

  it.each(LISTS)('of %s: the first and the last at once', async (_name, list) => {
    const { errors } = await fixture.withoutWriting(() => fixture.brim.query(`{ ${list('first: 1, last: 1')} }`));
    const issues = [{ path: ['last'], code: 'NOT_ALLOWED', message: 'must be left out with first' }];
    expect(errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT', issues } }]);
  });

  it.each(LISTS)('of %s: two thousand million, which are refused before a read', async (_name, list) => {
    for (const argument of ['first', 'last']) {
      const { errors } = await fixture.withoutWriting(() => fixture.brim.query(`{ ${list(`${argument}: 2147483647`)} }`));
      expect(errors).toMatchObject([
        { message: expect.stringContaining('Ask for fewer with "first" or "last"'), extensions: { code: 'QUERY_TOO_COMPLEX' } },
      ]);
    }
  });

  it.each(LISTS)('of %s: after or before a forged cursor', async (_name, list) => {
    for (const argument of ['after', 'before']) {
      const document = `query ($cursor: String) { ${list(`${argument}: $cursor`)} }`;
      const ask = ([, cursor]: [string, string]) => fixture.brim.query(document, { cursor });
      const answers = await fixture.withoutWriting(() => Promise.all(GARBAGE.map(ask)));
      const refusal = {
        message: `${argument}: must be a cursor that a page of this list gave, such as pageInfo.endCursor`,
        extensions: { code: 'INVALID_INPUT' },
      };
      const refused = GARBAGE.filter((_, index) => answers[index]?.errors?.[0]?.message === refusal.message);
      expect(refused.map(([name]) => name)).toEqual(GARBAGE.map(([name]) => name));
      for (const { errors } of answers) expect(errors).toMatchObject([refusal]);
    }
  });

  it.each(LISTS)('of %s: but 1 and 100 are valid', async (_name, list) => {
    for (const size of [1, 100])
      for (const argument of ['first', 'last'])
        expect((await fixture.brim.query(`{ ${list(`${argument}: ${size}`)} }`)).errors).toBeUndefined();
  });
});
