/** The verb setAutoTopUp. */
import { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Customers } from '../customers/customers.ts';
import { type Database, writing } from '../database/database.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { mayAttach } from '../purchases/attach/attach.ts';
import type { Clock } from '../values/clock.ts';
import { CustomerNotFoundError, FeatureNotFoundError, PlanNotFoundError } from '../values/errors.ts';
import * as schemas from '../values/input.ts';
import type { Setting } from './model/types.ts';
import { boundOf, findSale, type SaleDeps } from './sale/sale.ts';
import { removeIfEnough } from './tables/intents.ts';
import { switchOff, writeSetting } from './tables/settings.ts';

const input = z.object({
  customerId: schemas.id,
  featureId: schemas.id,
  planId: schemas.id,
  threshold: schemas.notNegative,
  quantity: schemas.positive,
  maxPerMonth: schemas.money.nullish(),
  enabled: z
    .boolean()
    .nullish()
    .transform((enabled) => enabled ?? true),
});

export interface SetDeps extends SaleDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly ledger: Pick<Ledger, 'reads'>;
  readonly catalog: Pick<Catalog, 'newestPlan' | 'feature'>;
  readonly customers: Pick<Customers, 'find'>;
}

/**
 * Sets an auto top-up. Where it is on, the balance is looked at now, and topped up if it is low.
 * Switching off needs no valid setting, and changes nothing else of an earlier one.
 * @throws CustomerNotFoundError, FeatureNotFoundError, PlanNotFoundError, InvalidInputError.
 */
export async function setAutoTopUp(
  deps: SetDeps,
  actor: Actor,
  given: unknown,
): Promise<Pick<Setting, 'customerId' | 'featureId'>> {
  const { database, clock, ledger } = deps;
  const wanted = schemas.readInput(input, given);
  if (!(await deps.customers.find(wanted.customerId))) throw new CustomerNotFoundError(wanted.customerId);
  if (!wanted.enabled && (await writing(() => database.transaction((transaction) => switchOff(transaction, wanted)))))
    return wanted;
  const setting = await readSetting(deps, actor, wanted);
  await writing(() => database.transaction((transaction) => writeSetting(transaction, setting, clock.now())));
  // So that the answer says that nothing is to be done, where enough remains.
  await ledger.reads.balance(setting);
  await writing(() => database.transaction((transaction) => removeIfEnough(transaction, setting)));
  return setting;
}

async function readSetting(deps: SetDeps, actor: Actor, wanted: z.output<typeof input>): Promise<Setting> {
  const { featureId, planId, maxPerMonth } = wanted;
  const [feature, plan] = await Promise.all([deps.catalog.feature(featureId), deps.catalog.newestPlan(planId)]);
  if (!feature) throw new FeatureNotFoundError(featureId);
  if (!plan || plan.archivedAt || !mayAttach(actor, planId)) throw new PlanNotFoundError(planId);
  const sale = await findSale(deps, plan, wanted);
  return { ...wanted, maxPerMonth: await boundOf(deps, sale, wanted, maxPerMonth ?? null) };
}
