/** Reads holds for readers. */
import { fromEitherEnd } from '../../database/either-end.ts';
import { arrayLiteral } from '../../database/statement-values.ts';
import type { CustomerFilter, CustomerPage } from '../../values/customer-page.ts';
import { MOST_COUNTED } from '../../values/page.ts';
import type { Hold, HoldStatus } from '../model/types.ts';
import { HOLD_COLUMNS, type HoldRow, toHold } from './hold-rows.ts';
import { type Question, question, type Reader } from './question.ts';

/** The holds with these ids, of any customer. */
export async function findHolds(reader: Reader, ids: readonly string[]): Promise<readonly Hold[]> {
  const rows = await reader.read<HoldRow>(`SELECT ${HOLD_COLUMNS} FROM hold h WHERE h.id = ANY($1::text[])`, [ids]);
  return rows.map(toHold);
}

const OF_STATUSES = `unnest(coalesce(wanted.statuses::"HoldStatus"[], enum_range(NULL::"HoldStatus"))) AS s (status)`;
const OF_STATUS = `hold x WHERE x.customer_id = wanted.customer_id AND x.status = s.status
  AND (x.created_at, x.id) > (wanted.newer_than, wanted.newer_than_id)
  AND (x.created_at, x.id) < (wanted.older_than, wanted.older_than_id)`;
const FILTER: Question<CustomerFilter<HoldStatus>, never, never>['wanted'] = {
  statuses: ['text', ({ statuses }) => statuses && arrayLiteral(statuses)],
  newer_than: ['timestamptz', ({ after }) => after?.createdAt.toISOString() ?? '-infinity'],
  newer_than_id: ['text', ({ after }) => after?.id ?? ''],
  older_than: ['timestamptz', ({ before }) => before?.createdAt.toISOString() ?? 'infinity'],
  older_than_id: ['text', ({ before }) => before?.id ?? ''],
};

/**
 * A page of a customer's holds, newest first. Reads those at the end of each status by its index,
 * and takes those at the end of these.
 */
export const findHoldPages = question<CustomerPage<HoldStatus>, HoldRow, Hold>({
  wanted: {
    ...FILTER,
    from_oldest: ['bool', ({ fromOldest }) => fromOldest],
    most: ['int4', ({ limit }) => limit],
  },
  from: fromEitherEnd(
    (end) => `SELECT x.* FROM ${OF_STATUSES} CROSS JOIN LATERAL (SELECT * FROM ${OF_STATUS} ${end}) x ${end}`,
    ['x.created_at', 'x.id'],
  ),
  as: 'h',
  columns: HOLD_COLUMNS,
  order: 'h.created_at DESC, h.id DESC',
  toValue: toHold,
});

/** How many holds a customer has, up to one more than is counted. */
export const countHolds = question<CustomerFilter<HoldStatus>, { readonly total: number }, number>({
  wanted: FILTER,
  from: `SELECT wanted.customer_id, count(*)::int4 AS total FROM (
      SELECT 1 FROM ${OF_STATUSES} CROSS JOIN LATERAL (SELECT 1 FROM ${OF_STATUS}) x LIMIT ${MOST_COUNTED + 1}
    ) counted`,
  as: 'counted',
  columns: 'counted.customer_id, counted.total',
  toValue: ({ total }) => total,
});
