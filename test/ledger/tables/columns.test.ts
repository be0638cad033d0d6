import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oneRow, type Parameters, unnest } from '../../../src/ledger/tables/columns.ts';
import { isStorableText } from '../../../src/values/input.ts';
import { type Fixture, openFixture } from '../fixture.ts';
import { grant, use } from '../postings.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

/** Sends rows to Postgres in the form in which the writer sends them, and reads them from there. */
function through(rows: readonly { text: string | null; size: bigint }[]): Promise<unknown[]> {
  const parameters: Parameters = [];
  const sql = unnest(parameters, COLUMNS, rows);
  return fixture.database.client.$queryRawUnsafe(sql, ...parameters);
}

const COLUMNS = { text: 'text', size: 'int8' };

const NASTY = [
  'NULL',
  '',
  ' ',
  '"',
  '\\',
  '\\"',
  '{}',
  '{a,b}',
  ',',
  "'; DROP TABLE account; --",
  'two\nlines\t',
  '$1',
  '🦊',
  'e\u0301',
  '\u0001',
];

describe('rows that are sent as one array for each column', () => {
  test('arrive unchanged, with special characters in their text', async () => {
    const rows = [...NASTY, null].map((text, index) => ({ text, size: BigInt(index) }));
    expect(await through(rows)).toEqual(rows);
  });

  test('arrive unchanged, with any text that Postgres can store', async () => {
    const text = fc.string({
      unit: fc.oneof(fc.constantFrom('"', '\\', ',', '{', '}', 'N'), fc.string({ unit: 'binary', maxLength: 1 })),
    });
    const row = fc.record({
      text: fc.option(text.filter(isStorableText)),
      size: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    });
    const rows = fc.array(row, { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(rows, async (sent) => {
        expect(await through(sent)).toEqual(sent);
      }),
      { numRuns: 50 },
    );
  });

  test('arrive unchanged also where a row is alone, by itself', async () => {
    for (const text of [...NASTY, null]) {
      const parameters: Parameters = [];
      const row = { text, size: -(2n ** 63n) };
      const sql = oneRow(parameters, COLUMNS, row);
      expect(await fixture.database.statements.read(sql, parameters)).toEqual([row]);
    }
  });

  test('may be none', async () => {
    expect(await through([])).toEqual([]);
  });
});

test('the ledger stores a caller’s text unchanged', async () => {
  const ledger = fixture.openLedger();
  for (const [index, text] of NASTY.entries()) {
    const customerId = `customer-${index}-${text}`;
    const featureId = `feature-${text}`;
    const { entries } = await ledger.post({
      customerId,
      opensAccount: true,
      postings: [
        { ...grant(`grant-${text}`, '10', { featureId, purchaseId: text }), reason: text },
        { ...use('0.5', 'REJECT', featureId), properties: { [text]: [text, { [text]: null }], number: -1.5e-7 } },
      ],
      idempotency: { key: `key-${text}`, fingerprint: text },
    });
    expect(entries).toHaveLength(2);
    expect(await ledger.reads.entriesAfter(customerId, 0n, 10)).toEqual(entries);
    expect(await ledger.reads.openGrants({ customerId, featureId })).toMatchObject([{ id: `grant-${text}`, purchaseId: text }]);
  }
});
