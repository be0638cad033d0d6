/** Finds where an instant lies among the entries of a customer. */
import { type OfCustomer, question } from './question.ts';

/**
 * SQL that searches by halves between which two entries an instant lies: entries are numbered
 * without a gap, and none is recorded before the one before it. Its row has `before`, the number of
 * the last entry that was recorded before the instant, or 0.
 * @param of What holds the customer's id, the number of its last entry, and the instant.
 */
export function placeOfInstant(of: { readonly customerId: string; readonly sequence: string; readonly instant: string }): string {
  return `
    WITH RECURSIVE search AS (
      SELECT 0::int8 AS before, ${of.sequence} + 1 AS first
      UNION ALL
      SELECT CASE WHEN e.recorded_at < ${of.instant} THEN e.sequence ELSE s.before END,
        CASE WHEN e.recorded_at < ${of.instant} THEN s.first ELSE e.sequence END
      FROM search s JOIN ledger_entry e ON e.customer_id = ${of.customerId} AND e.sequence = (s.before + s.first) / 2
      WHERE s.first - s.before > 1
    )
    SELECT search.before FROM search WHERE search.first - search.before = 1`;
}

interface Instant extends OfCustomer {
  readonly instant: Date;
}

const SEARCH = placeOfInstant({
  customerId: 'wanted.customer_id',
  sequence: 'account.sequence',
  instant: 'wanted.instant',
});

/** The number of the last entry that was recorded before an instant; 0 where there is none. */
export const findLastBefore = question<Instant, { readonly before: bigint }, bigint>({
  wanted: { instant: ['timestamptz', ({ instant }) => instant.toISOString()] },
  from: `SELECT wanted.customer_id, place.before FROM (${SEARCH}) place`,
  as: 'place',
  columns: 'place.customer_id, place.before',
  toValue: ({ before }) => before,
});
