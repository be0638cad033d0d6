/** The tables feature and plan. */
import { z } from 'zod';
import type { Database, Transaction } from '../database/database.ts';
import { PAYMENT_RETURN_POLICIES } from '../ledger/model/types.ts';
import { decimal, formatDecimal } from '../values/decimal.ts';
import { INTERVAL_UNITS } from '../values/interval.ts';
import type { JsonObject } from '../values/json.ts';
import { BILLING_METHODS, type Feature, type Plan, type PlanTerms, TIER_MODES } from './types.ts';

type Reader = Database['client'];
type FeatureRow = Omit<Feature, 'creditCosts' | 'metadata'> & { readonly creditCosts: unknown; readonly metadata: unknown };

const FEATURES = `SELECT id, name, type::text, consumable, credit_costs AS "creditCosts", metadata, created_at AS "createdAt",
  archived_at AS "archivedAt" FROM feature`;

/** createPlan looks features up inside its transaction. */
export type FeatureReader = Reader | Transaction;

const OLDEST_FIRST: { createdAt?: 'asc'; id?: 'asc' }[] = [{ createdAt: 'asc' }, { id: 'asc' }];

export async function findFeatures(reader: FeatureReader, ids: readonly string[]): Promise<readonly Feature[]> {
  return (await reader.feature.findMany({ where: { id: { in: [...new Set(ids)] } } })).map(toFeature);
}

/** The same without Prisma, for readers. */
export async function readFeatures(reader: Database['statements'], ids: readonly string[]): Promise<readonly Feature[]> {
  const rows = await reader.read<FeatureRow>(`${FEATURES} WHERE id = ANY($1::text[])`, [ids]);
  return rows.map(toFeature);
}

export async function listFeatures(reader: Reader, includeArchived: boolean): Promise<readonly Feature[]> {
  const where = includeArchived ? {} : { archivedAt: null };
  return (await reader.feature.findMany({ where, orderBy: OLDEST_FIRST })).map(toFeature);
}

/** With archived ones, oldest first. */
export async function listCreditSystems(reader: Database['statements']): Promise<readonly Feature[]> {
  return (await reader.read<FeatureRow>(`${FEATURES} WHERE type = 'CREDIT_SYSTEM' ORDER BY created_at, id`)).map(toFeature);
}

/** @returns false where the id is taken. */
export async function insertFeature(reader: Reader, feature: Feature): Promise<boolean> {
  const data = { ...feature, creditCosts: toJson(feature.creditCosts), metadata: toJson(feature.metadata) };
  return (await reader.feature.createMany({ data: [data], skipDuplicates: true })).count === 1;
}

/**
 * Archives a feature, and keeps the instant of the first time. @returns the feature; null where it
 * is archived already or does not exist.
 */
export async function archiveFeature(reader: Reader, id: string, now: Date): Promise<Feature | null> {
  const where = { id, archivedAt: null };
  return (await reader.feature.updateManyAndReturn({ where, data: { archivedAt: now } })).map(toFeature)[0] ?? null;
}

/** Writes what an app changes of a feature. The caller has locked the catalogue. */
export async function updateFeature(
  transaction: Transaction,
  id: string,
  { name, metadata }: { readonly name: string; readonly metadata: JsonObject },
): Promise<void> {
  await transaction.feature.update({ where: { id }, data: { name, metadata: toJson(metadata) } });
}

/** @returns the feature; null where it is not archived or does not exist. */
export async function unarchiveFeature(reader: Reader, id: string): Promise<Feature | null> {
  const where = { id, archivedAt: { not: null } };
  return (await reader.feature.updateManyAndReturn({ where, data: { archivedAt: null } })).map(toFeature)[0] ?? null;
}

/** Puts every version of a plan on sale again. */
export async function unarchivePlan(transaction: Transaction, id: string): Promise<void> {
  await transaction.plan.updateMany({ where: { id }, data: { archivedAt: null } });
}

/** Makes writers of the catalogue wait for each other, so that rules across plans see all plans. */
export async function lockCatalog(transaction: Transaction): Promise<void> {
  await transaction.$queryRaw`SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtext('brim catalog'))) AS locked`;
}

interface PlanRow {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly description: string | null;
  readonly group: string | null;
  readonly addOn: boolean;
  readonly autoEnable: boolean;
  readonly terms: unknown;
  readonly metadata: unknown;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
}

/** The newest version of each plan; with `ids`, only of those. */
export async function findNewestPlans(reader: Reader | Transaction, ids?: readonly string[]): Promise<readonly Plan[]> {
  const rows = await reader.$queryRaw<PlanRow[]>`
    SELECT DISTINCT ON (id) id, version, name, description, "group", add_on AS "addOn", auto_enable AS "autoEnable", terms, metadata,
      created_at AS "createdAt", archived_at AS "archivedAt"
    FROM plan WHERE ${ids === undefined} OR id = ANY(${ids ?? []}::text[]) ORDER BY id, version DESC`;
  return rows.map(toPlan).sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1));
}

export async function findPlanVersions(
  reader: Reader,
  keys: readonly { id: string; version: number }[],
): Promise<readonly Plan[]> {
  return (await reader.plan.findMany({ where: { OR: keys.map(({ id, version }) => ({ id, version })) } })).map(toPlan);
}

export async function insertPlan(transaction: Transaction, plan: Plan): Promise<void> {
  const { onPaymentReturned, gracePeriod, price, items, ...columns } = plan;
  const terms = toJson({ onPaymentReturned, gracePeriod, price, items });
  await transaction.plan.create({ data: { ...columns, metadata: toJson(columns.metadata), terms } });
}

/**
 * Archives every version. @returns the newest; null where all are archived already, or none exists.
 */
export async function archivePlan(reader: FeatureReader, id: string, now: Date): Promise<Plan | null> {
  const where = { id, archivedAt: null };
  const archived = (await reader.plan.updateManyAndReturn({ where, data: { archivedAt: now } })).map(toPlan);
  return archived.reduce<Plan | null>((newest, plan) => (newest && newest.version > plan.version ? newest : plan), null);
}

const amount = z.string().transform(decimal);
const money = z.object({ amount, currency: z.string() });
const length = z.object({ unit: z.enum(INTERVAL_UNITS), count: z.number() });
const interval = length.nullable();

/** The app's own data, as it was written. */
const metadata = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null);

/** The JSON column `credit_costs`, amounts as text. */
const creditCosts = z.array(z.object({ featureId: z.string(), cost: amount }));

function toFeature<Row extends { readonly creditCosts: unknown; readonly metadata: unknown }>(row: Row) {
  return { ...row, creditCosts: creditCosts.parse(row.creditCosts), metadata: metadata.parse(row.metadata) };
}

/**
 * The JSON column `terms`: the price, the items, and what follows a payment that is returned or
 * missing, amounts as text. Older rows have no rollover, no tiers, no policy, no grace and no usage
 * limits.
 */
const terms = z.object({
  onPaymentReturned: z.enum(PAYMENT_RETURN_POLICIES).default('DEBT'),
  gracePeriod: interval.default(null),
  price: z.object({ amount: money, interval }).nullable(),
  items: z.array(
    z.object({
      featureId: z.string(),
      included: amount,
      unlimited: z.boolean(),
      reset: interval,
      rollover: z
        .object({ max: amount.nullable(), maxPercentage: z.number().nullable(), expiresAfter: interval })
        .nullable()
        .default(null),
      price: z
        .object({
          amount: money,
          billingUnits: amount,
          method: z.enum(BILLING_METHODS),
          interval,
          maxPurchase: amount.nullable(),
          tiers: z
            .array(z.object({ upTo: amount.nullable(), amount: money, flatAmount: money.nullable() }))
            .nullable()
            .default(null),
          tierMode: z.enum(TIER_MODES).nullable().default(null),
        })
        .nullable(),
      expiresAfter: interval,
      usageLimit: z.object({ per: length, max: amount }).nullable().default(null),
    }),
  ),
});

function toPlan({ terms: column, ...row }: PlanRow): Plan {
  return { ...row, metadata: metadata.parse(row.metadata), ...terms.parse(column) };
}

/** Writes what the JSON columns read. JSON has no BigInt, so amounts become text. */
function toJson(
  value: Pick<PlanTerms, 'onPaymentReturned' | 'gracePeriod' | 'price' | 'items'> | Feature['creditCosts'] | JsonObject,
) {
  return JSON.parse(JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? formatDecimal(part) : part)));
}
