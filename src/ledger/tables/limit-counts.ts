/** Counts what was used in the present window of a limit, and what is held, before it is set. */

import { windowAt } from '../../values/calendar-window.ts';
import { decimal } from '../../values/decimal.ts';
import { isSameCount, type KeptLimit, type LimitName, reservedOf } from '../model/usage-limit.ts';
import { HOLD_COLUMNS, type HoldRow, toHold } from './hold-rows.ts';
import type { Reader } from './reader.ts';
import { placeOfInstant } from './recorded.ts';

interface Asked {
  readonly customerId: string;
  readonly limit: LimitName & Pick<KeptLimit, 'timeZone'>;
  /** The instant of whose window it is. */
  readonly at: Date;
}

/** What is given back of a use of an earlier window does not count. */
const USED = `
  SELECT asked.place::int4, coalesce((
    SELECT sum(e.applied) FROM ledger_entry e
    WHERE e.customer_id = asked.customer_id AND e.feature_id = asked.feature_id
      AND e.kind IN ('USAGE', 'SETTLE', 'REVERSAL') AND e.sequence > since.before
      AND (e.kind <> 'REVERSAL' OR e.cause > since.before)
  ), 0)::text AS used
  FROM unnest($1::text[], $2::text[], $3::timestamptz[]) WITH ORDINALITY AS asked (customer_id, feature_id, start, place)
  JOIN account USING (customer_id)
  CROSS JOIN LATERAL (${placeOfInstant({
    customerId: 'asked.customer_id',
    sequence: 'account.sequence',
    instant: 'asked.start',
  })}) since`;

/** Limits that limit nothing yet, by customer, with what counts of them. */
export async function countLimits(reader: Reader, asked: readonly Asked[]): Promise<ReadonlyMap<string, readonly KeptLimit[]>> {
  const starts = asked.map(({ limit, at }) => windowAt(limit.per, at, limit.timeZone).start);
  const used = await reader.$queryRawUnsafe<{ place: number; used: string }[]>(
    USED,
    asked.map(({ customerId }) => customerId),
    asked.map(({ limit }) => limit.featureId),
    starts.map((start) => start.toISOString()),
  );
  const usedOf = new Map(used.map((row) => [row.place - 1, decimal(row.used)]));
  const rows = await reader.$queryRawUnsafe<HoldRow[]>(
    `SELECT ${HOLD_COLUMNS} FROM hold h WHERE h.customer_id = ANY($1::text[]) AND h.status = 'OPEN'`,
    [...new Set(asked.map(({ customerId }) => customerId))],
  );
  const holds = rows.map(toHold);
  const counted = new Map<string, KeptLimit[]>();
  asked.forEach(({ customerId, limit: { featureId, per, purchaseId, timeZone }, at }, index) => {
    const ofCustomer = counted.get(customerId) ?? [];
    const limit: KeptLimit = {
      featureId,
      per,
      purchaseId,
      timeZone,
      max: null,
      windowStart: starts[index] ?? at,
      used: usedOf.get(index) ?? 0n,
      held: holds.reduce((sum, hold) => (hold.customerId === customerId ? sum + reservedOf(hold, featureId) : sum), 0n),
    };
    if (!ofCustomer.some((each) => isSameCount(each, limit))) counted.set(customerId, [...ofCustomer, limit]);
  });
  return counted;
}
