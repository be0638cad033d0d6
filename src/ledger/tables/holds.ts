/** Reads holds for readers. */
import { arrayLiteral } from '../../database/statement-values.ts';
import type { CustomerPage } from '../../values/customer-page.ts';
import type { Hold, HoldStatus } from '../model/types.ts';
import { HOLD_COLUMNS, type HoldRow, toHold } from './hold-rows.ts';
import { question, type Reader } from './question.ts';

/** The holds with these ids, of any customer. */
export async function findHolds(reader: Reader, ids: readonly string[]): Promise<readonly Hold[]> {
  const rows = await reader.read<HoldRow>(`SELECT ${HOLD_COLUMNS} FROM hold h WHERE h.id = ANY($1::text[])`, [ids]);
  return rows.map(toHold);
}

const NEWEST_FIRST = 'ORDER BY x.created_at DESC, x.id DESC LIMIT wanted.most';

/**
 * A page of a customer's holds, newest first. Reads the newest of each status by its index, and
 * takes the newest of those.
 */
export const findHoldPages = question<CustomerPage<HoldStatus>, HoldRow, Hold>({
  wanted: {
    statuses: ['text', ({ statuses }) => statuses && arrayLiteral(statuses)],
    since: ['timestamptz', ({ from }) => from?.toISOString() ?? '-infinity'],
    created_at: ['timestamptz', ({ before }) => before?.createdAt.toISOString() ?? 'infinity'],
    id: ['text', ({ before }) => before?.id ?? ''],
    most: ['int4', ({ limit }) => limit],
  },
  from: `SELECT x.* FROM unnest(coalesce(wanted.statuses::"HoldStatus"[], enum_range(NULL::"HoldStatus"))) AS s (status)
    CROSS JOIN LATERAL (
      SELECT * FROM hold x WHERE x.customer_id = wanted.customer_id AND x.status = s.status
        AND x.created_at >= wanted.since AND (x.created_at, x.id) < (wanted.created_at, wanted.id) ${NEWEST_FIRST}
    ) x ${NEWEST_FIRST}`,
  as: 'h',
  columns: HOLD_COLUMNS,
  order: 'h.created_at DESC, h.id DESC',
  toValue: toHold,
});
