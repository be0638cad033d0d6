/** The name of a statement's span. */
import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../src/traces/sql-summary.ts';

describe('a statement is called after', () => {
  it.each([
    ['SELECT id FROM feature WHERE id = ANY($1)', 'SELECT feature'],
    ['SELECT "public"."plan"."id" FROM "public"."plan" WHERE 1=1', 'SELECT plan'],
    ['select 1 as alive', 'SELECT'],
    ['BEGIN', 'BEGIN'],
    ['COMMIT', 'COMMIT'],
    ['SELECT customer_id FROM account WHERE customer_id = $1 FOR NO KEY UPDATE', 'SELECT account'],
    ['INSERT INTO account (customer_id) VALUES ($1) ON CONFLICT DO UPDATE SET sequence = 0', 'INSERT account'],
    ['DELETE FROM "webhook_delivery" WHERE id = $1', 'DELETE webhook_delivery'],
    ['SELECT extract(epoch FROM now()), count(*) FROM purchase', 'SELECT purchase'],
    [
      'WITH asked AS (SELECT * FROM unnest($1::text[])), found (id) AS (SELECT 1) SELECT * FROM asked JOIN balance USING (id)',
      'SELECT balance',
    ],
    [
      'WITH moved AS (UPDATE account SET sequence = $1), kept AS (INSERT INTO ledger_entry (id) SELECT id FROM moved) SELECT 1',
      'UPDATE account INSERT ledger_entry',
    ],
    [`INSERT INTO ${'a'.repeat(300)} VALUES (1)`, `INSERT ${'a'.repeat(248)}`],
    ['', 'statement'],
  ])('what it does to which tables: %s', (text, summary) => {
    expect(summaryOf(text)).toBe(summary);
  });
});
