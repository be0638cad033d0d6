/** The table alert_trigger, which is written with the entries. */
import { arrayLiteral } from '../../database/statement-values.ts';
import { formatDecimal } from '../../values/decimal.ts';
import type { Crossing } from '../model/alert.ts';

/** The name of the part below that says what was triggered: customer_id, occurred_at, data. */
export const TRIGGERED = 'triggered';

/**
 * The parts of a batch's WITH that find the alerts with the limits that were crossed, and write
 * which entry triggered them.
 * @param condition a WHERE that each row must fulfil by its customer_id; empty: none.
 * @param dataOf What an event says of the entry; the alert is added to it.
 */
export function triggersPart(
  parameters: (string | null)[],
  crossings: readonly Crossing[],
  condition: string,
  dataOf: (crossing: Crossing) => object,
): readonly string[] {
  const columns = [
    [crossings.map(({ entry }) => entry.customerId), 'text'],
    [crossings.map(({ entry }) => entry.sequence), 'int8'],
    [crossings.map(({ entry }) => entry.featureId), 'text'],
    [crossings.map(({ limit: { below } }) => (below === null ? null : formatDecimal(below))), 'numeric'],
    [crossings.map(({ limit }) => limit.belowPercentage), 'int4'],
    [crossings.map(({ entry }) => entry.recordedAt), 'timestamptz'],
    [crossings.map((crossing) => JSON.stringify(dataOf(crossing))), 'jsonb'],
  ] as const;
  const arrays = columns.map(([values, type]) => `$${parameters.push(arrayLiteral(values))}::${type}[]`);
  const isCrossed = `a.feature_id = crossed.feature_id AND a.below IS NOT DISTINCT FROM crossed.below
    AND a.below_percentage IS NOT DISTINCT FROM crossed.below_percentage`;
  return [
    `crossed AS (SELECT * FROM unnest(${arrays.join()})
      AS rows (customer_id, sequence, feature_id, below, below_percentage, occurred_at, data) ${condition})`,
    `${TRIGGERED} AS (
      SELECT crossed.customer_id, crossed.sequence, crossed.occurred_at, a.id AS alert_id, crossed.data || jsonb_build_object('alert',
        jsonb_build_object('id', a.id, 'below', webhook_decimal(a.below), 'belowPercentage', a.below_percentage)) AS data
      FROM crossed CROSS JOIN LATERAL (
        SELECT * FROM balance_alert a WHERE a.customer_id = crossed.customer_id AND ${isCrossed}
        UNION ALL SELECT * FROM balance_alert a WHERE a.customer_id IS NULL AND ${isCrossed}) AS a)`,
    `alert_triggers AS (
      INSERT INTO alert_trigger (customer_id, sequence, alert_id) SELECT customer_id, sequence, alert_id FROM ${TRIGGERED})`,
  ];
}
