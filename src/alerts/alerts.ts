import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import type { Customers } from '../customers/customers.ts';
import { type Database, reading, writing } from '../database/database.ts';
import { gather, type Load } from '../database/loader.ts';
import type { Clock } from '../values/clock.ts';
import { CustomerNotFoundError, refuseInput } from '../values/errors.ts';
import type { Ids } from '../values/ids.ts';
import { id, notNegative, readInput } from '../values/input.ts';
import { between, says } from '../values/issue-codes.ts';
import type { KnownLimits } from './known-limits.ts';
import type { BalanceAlert } from './model/alert.ts';
import { BalanceAlertNotFoundError } from './model/errors.ts';
import * as store from './tables/alerts.ts';

/**
 * Alerts on balances that fall below an amount, or below a percentage of what was granted, for one
 * customer or for all. Owns the tables balance_alert and alert_trigger.
 *
 * An entry triggers an alert where the balance was not below before it and is after it. That is
 * decided and written in the statement that writes the entry (recorder.ts), so no crossing is lost,
 * none is told twice, and none is invented.
 */
export interface Alerts {
  /**
   * Setting the same again finds it. A balance that is below already triggers nothing before it
   * falls again. @throws FeatureNotFoundError, CustomerNotFoundError, InvalidInputError.
   */
  set(input: unknown): Promise<BalanceAlert>;
  /** @throws BalanceAlertNotFoundError, InvalidInputError. */
  remove(input: unknown): Promise<{ readonly removedId: string }>;
  /** Those for all customers, the oldest first: `MOST_ALERTS` at most. */
  list(): Promise<readonly BalanceAlert[]>;
  /** Those of a customer and those for all, the oldest first. */
  readonly ofCustomer: Load<string, readonly BalanceAlert[]>;
  /** Those that an entry triggered. */
  triggeredBy(entry: store.TriggerKey & { readonly featureId: string }): Promise<readonly BalanceAlert[]>;
}

export interface AlertsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: KnownLimits;
  readonly catalog: Pick<Catalog, 'typeOf'>;
  readonly customers: Pick<Customers, 'find'>;
}

/** Of one customer, and as many for all. */
export const MOST_ALERTS = 50;

const newAlert = z
  .object({
    customerId: id.nullish(),
    featureId: id,
    below: notNegative.nullish(),
    belowPercentage: z.number().int().superRefine(between(1, 100)).nullish(),
  })
  .superRefine(({ below, belowPercentage }, context) => {
    if (below == null && belowPercentage == null)
      context.addIssue({ code: 'custom', path: ['below'], ...says('REQUIRED', 'must be given, or belowPercentage') });
    if (below != null && belowPercentage != null)
      context.addIssue({
        code: 'custom',
        path: ['belowPercentage'],
        ...says('NOT_ALLOWED', 'must be left out where below is given'),
      });
  });

export function openAlerts({ database, clock, ids, limits, catalog, customers }: AlertsDeps): Alerts {
  const { statements } = database;
  const triggered = gather((entries: readonly store.TriggerKey[]) => store.findTriggered(statements, entries));

  return {
    async set(input) {
      const { customerId = null, featureId, below = null, belowPercentage = null } = readInput(newAlert, input);
      if ((await catalog.typeOf(featureId)) === 'BOOLEAN') refuseInput(['featureId'], 'is a boolean feature: it has no balance');
      if (customerId !== null && !(await customers.find(customerId))) throw new CustomerNotFoundError(customerId);
      const alert = { id: ids.next('balanceAlert'), customerId, featureId, below, belowPercentage, createdAt: clock.now() };
      const set = await database.transaction((transaction) => store.findOrInsert(transaction, alert, MOST_ALERTS));
      if (!set) return refuseInput([], `there are ${MOST_ALERTS} alerts already: remove one first`, 'TOO_LARGE');
      await limits.refresh();
      return set;
    },

    async remove(input) {
      const { id: alertId } = readInput(z.object({ id }), input);
      if (!(await writing(() => store.deleteAlert(database.client, alertId)))) throw new BalanceAlertNotFoundError(alertId);
      return { removedId: alertId };
    },

    list: () => reading(() => store.listAlerts(statements)),
    ofCustomer: gather((customerIds: readonly string[]) => store.findAlertsOf(statements, customerIds)),
    triggeredBy: async ({ customerId, sequence, featureId }) =>
      limits.of(featureId).length === 0 ? [] : triggered({ customerId, sequence }),
  };
}
