/**
 * What is done with an intent that is due: looks whether a top-up is still wanted and within its
 * bounds, fixes what is charged, charges, and records what came of it. Each step is committed by
 * itself, so that any process can go on from any of them.
 */
import type { Catalog } from '../../catalog/catalog.ts';
import { type Database, reading, type Transaction, writing } from '../../database/database.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Log } from '../../platform/log.ts';
import type { Purchases } from '../../purchases/purchases.ts';
import type { Clock } from '../../values/clock.ts';
import { InvalidInputError } from '../../values/errors.ts';
import type { Begun, Intent, Setting } from '../model/types.ts';
import { afterDecline } from '../rules/after-decline.ts';
import { blockOf } from '../rules/bounds.ts';
import { packsToBuy } from '../rules/size.ts';
import { findSale } from '../sale/sale.ts';
import { fail, succeed, suspend } from '../tables/ends.ts';
import * as intents from '../tables/intents.ts';
import { type Charged, charge, reasonOf } from './charge.ts';

export interface AttemptDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Pick<Ledger, 'reads'>;
  readonly catalog: Pick<Catalog, 'newestPlan'>;
  readonly purchases: Pick<
    Purchases,
    'attachAutomatically' | 'preview' | 'payments' | 'activePlans' | 'chargeRules' | 'savedMethod'
  >;
}

/** How long a charge waits whose outcome is not known. A change of its purchase ends the wait. */
const WAIT_MS = 60_000;

export async function attempt(deps: AttemptDeps, intent: Intent): Promise<void> {
  const begun = intent.begun ?? (await begin(deps, intent));
  if (begun) await record(deps, intent, await charge(deps.purchases, intent, begun));
}

/** @returns what is to be charged; null where nothing is, or not now. */
async function begin(deps: AttemptDeps, intent: Intent): Promise<Begun | null> {
  const { database, clock, ledger, purchases } = deps;
  const write = <Result>(work: (transaction: Transaction) => Promise<Result>) => writing(() => database.transaction(work));
  const { remaining, unlimited } = await ledger.reads.balance(intent);
  const found = await reading(() => intents.findChargeable(database.client, intent, clock.now()));
  if (!found) {
    await writing(() => intents.removeWaiting(database.client, intent));
    return null;
  }
  const { setting, ...used } = found;
  if (unlimited || remaining > setting.threshold) {
    const isEnough = await write((transaction) => intents.removeIfEnough(transaction, intent));
    if (!isEnough) await writing(() => intents.waitUntil(database.client, intent, null, clock.now()));
    return null;
  }
  const refuse = async (reason: string) => {
    await write((transaction) => suspend(transaction, intent, { suspended: 'REFUSED', reason, purchaseId: null }, clock.now()));
    return null;
  };
  if (!(await purchases.savedMethod(setting.customerId))) return refuse('The customer has saved no payment method.');
  const wanted = await toCharge(deps, setting, remaining).catch(asReason);
  if (typeof wanted === 'string') return refuse(wanted);
  const block = blockOf(used, wanted.total, setting.maxPerMonth, clock.now());
  if (block) {
    await write((transaction) => intents.putOff(transaction, intent, block, clock.now()));
    return null;
  }
  const isBegun = await write((transaction) => intents.beginIntent(transaction, intent, setting, wanted, clock.now()));
  return isBegun ? wanted : null;
}

async function toCharge(deps: AttemptDeps, setting: Setting, remaining: bigint) {
  const { planId, maxPerMonth } = setting;
  const plan = await deps.catalog.newestPlan(planId);
  if (!plan || plan.archivedAt) return `The plan ${JSON.stringify(planId)} is not on sale any more.`;
  const { price, quantityOf, totalOf } = await findSale(deps, plan, setting);
  const packs = packsToBuy(setting, remaining, price);
  const total = await totalOf(packs);
  if (total?.currency !== maxPerMonth.currency) return 'The plan has another price now: set the auto top-up again.';
  return { planId, quantity: quantityOf(packs), total };
}

function asReason(error: unknown): string {
  if (error instanceof InvalidInputError) return reasonOf(error);
  throw error;
}

async function record({ database, clock, log, purchases }: AttemptDeps, intent: Intent, charged: Charged): Promise<void> {
  const now = clock.now();
  const write = (work: (transaction: Transaction) => Promise<void>) => writing(() => database.transaction(work));
  const facts = { intentId: intent.id, customerId: intent.customerId, featureId: intent.featureId };
  switch (charged.outcome) {
    case 'paid':
      await write((transaction) => succeed(transaction, intent, charged.purchaseId, now));
      return log.info({ ...facts, purchaseId: charged.purchaseId }, 'top-ups: a balance was topped up');
    case 'declined': {
      const { purchaseId, reason, code } = charged;
      const needsAnotherMethod = (await purchases.savedMethod(intent.customerId))?.failed ?? true;
      const after = (declines: number) => afterDecline({ declines, code, needsAnotherMethod }, now);
      await write((transaction) => fail(transaction, intent, { reason, purchaseId, after }, now));
      return log.info({ ...facts, purchaseId, code }, 'top-ups: a charge was declined');
    }
    case 'refused': {
      const after = () => ({ suspended: 'REFUSED' }) as const;
      await write((transaction) => fail(transaction, intent, { reason: charged.reason, purchaseId: null, after }, now));
      return log.warn({ ...facts, reason: charged.reason }, 'top-ups: nothing could be charged');
    }
    case 'waits': {
      const until = new Date(now.getTime() + WAIT_MS);
      await writing(() => intents.waitUntil(database.client, intent, charged.purchaseId, until));
      if (charged.cause) log.warn({ ...facts, err: charged.cause }, 'top-ups: it is not known yet what came of a charge');
    }
  }
}
