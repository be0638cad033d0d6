/**
 * Whatever is used and given at once, by two processes of which one is killed: the alerts that were
 * triggered are those that the ledger explains, and each has its event.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { createCustomer, grant, MESSAGES, track } from '../support/shop.ts';
import { createEndpoint, endLeases, openReceiver, type Receiver } from '../support/webhook-receiver.ts';
import { until } from '../support/witness.ts';

const SET = 'mutation ($input: SetBalanceAlertInput!) { setBalanceAlert(input: $input) { __typename } }';

/** Each entry that took its balance from not below to below, and the alert. */
const EXPLAINED = `SELECT e.customer_id, e.sequence::int, a.id FROM (
    SELECT *, lag(remaining_after) OVER past AS remaining_before, lag(granted_after) OVER past AS granted_before FROM ledger_entry
    WINDOW past AS (PARTITION BY customer_id, feature_id ORDER BY sequence)) AS e
  JOIN balance_alert a ON a.feature_id = e.feature_id AND coalesce(a.customer_id, e.customer_id) = e.customer_id
  WHERE e.customer_id LIKE 'swinging%' AND e.remaining_before IS NOT NULL
    AND NOT e.remaining_before < coalesce(a.below, e.granted_before * a.below_percentage / 100)
    AND e.remaining_after < coalesce(a.below, e.granted_after * a.below_percentage / 100) ORDER BY 1, 2, 3`;
const TRIGGERED = `SELECT customer_id, sequence::int, alert_id AS id FROM alert_trigger
  WHERE customer_id LIKE 'swinging%' ORDER BY 1, 2, 3`;
const TRIGGERED_BY_PERCENTAGE = `SELECT FROM alert_trigger t JOIN balance_alert a ON a.id = t.alert_id
  WHERE t.customer_id = $1 AND a.below_percentage IS NOT NULL`;

describe('kill -9 while balances swing around the limits of alerts', () => {
  const shop = openSharedShop();
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await openReceiver();
  });
  afterAll(() => receiver.close());

  it('no fall is lost, none is told twice, and none is invented', async () => {
    const { here, there, sql } = shop;
    await createEndpoint(here, receiver.url, ['BALANCE_LOW']);
    const customers = ['swinging-1', 'swinging-2', 'swinging-3'];
    for (const id of customers) await createCustomer(here, id);
    const limits = [{ below: '5' }, { below: '8', customerId: customers[0] }, { belowPercentage: 40 }];
    for (const limit of limits) await here.data(SET, { input: { featureId: MESSAGES, ...limit } });
    // The other process knows all of them once it knows the last one.
    let probes = 0;
    await until(async () => {
      probes += 1;
      const customerId = `probe-${probes}`;
      await createCustomer(here, customerId);
      await track(there, { customerId, value: '10' });
      expect(await sql.rows(TRIGGERED_BY_PERCENTAGE, [customerId])).not.toEqual([]);
    });

    let uses = 0;
    const swing = async (brim: Pick<typeof here, 'data'>, customerId: string) => {
      for (let turn = 0; turn < 12; turn += 1) {
        await track(brim, { customerId, value: String(1 + (turn % 7)) });
        await grant(brim, { customerId, amount: String(1 + (turn % 6)) });
        uses += 1;
        if (uses === 24) there.kill();
      }
    };
    await Promise.all(
      customers.flatMap((id) => [
        swing(here, id),
        swing(there, id).catch(() => undefined),
        swing(there, id).catch(() => undefined),
      ]),
    );
    await there.exited;
    await endLeases(sql);

    const explained = await sql.rows<{ customer_id: string; sequence: number; id: string }>(EXPLAINED);
    expect(explained.length).toBeGreaterThan(10);
    expect(await sql.rows(TRIGGERED)).toEqual(explained);
    const told = () =>
      new Set(
        receiver.received
          .map(({ event: { data } }) => data as { entry: { id: string }; alert: { id: string }; balance: { customerId: string } })
          .filter(({ balance }) => balance.customerId.startsWith('swinging'))
          .map(({ entry, alert }) => `${entry.id} ${alert.id}`),
      );
    const expected = new Set(explained.map((each) => `${each.customer_id}:${each.sequence} ${each.id}`));
    await until(() => expect(told()).toEqual(expected));
  });
});
